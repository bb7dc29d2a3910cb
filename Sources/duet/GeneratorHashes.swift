import Campaigns
import Foundation
import Generation
import Tensors
import Wire

/// What tells the weights of a campaign's generators apart: a hash, or the version that an external
/// engine gives its model.
struct GeneratorHashes {
    private var known: [String: String] = [:]

    /// Looks at one candidate of each engine: the embedded one writes its model's whole hash into
    /// the latents, and only the beginning of it into its label.
    init(_ generators: [Answers.ExportHeader.Generator], in source: PairPages.PairSource) {
        for generator in generators {
            guard let version = modelVersion(ofEngine: generator.engine) else { continue }
            let latents = generator.media.first { $0.role == "latents" }
            let whole = latents.flatMap { Self.modelHash(inLatents: source.path(of: $0)) }
            let isSame = whole?.hasPrefix(version) ?? false
            known[generator.engine] = isSame ? whole : version
        }
    }

    /// The hash for the label of the engine that made a candidate; nil where it tells none.
    subscript(engine: String) -> String? { known[engine] }

    /// All of them, for what concerns the whole dataset.
    var text: String { Set(known.values).sorted().joined(separator: ", ") }

    private static func modelHash(inLatents path: String) -> String? {
        guard let file = try? SafetensorsFile(path: path), let text = file.metadata["duet"] else {
            return nil
        }
        return try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8)).modelHash
    }
}

/// The version of the model in an engine's label, such as `0f3c88d1abcd` of
/// `duet 0.1.0 (bounce 0f3c88d1abcd)`; nil where the engine does not tell it.
func modelVersion(ofEngine label: String) -> String? {
    guard label.hasSuffix(")"), let start = label.lastIndex(of: "(") else { return nil }
    let words = label[label.index(after: start)...].dropLast().split(separator: " ")
    return words.count > 1 ? words.dropFirst().joined(separator: " ") : nil
}

extension Answers.ExportPair.Clip {
    /// The hash of the adapter it was generated with; nil without one.
    var adapterHash: String? { adapter.flatMap { HashedFile($0)?.sha256 } }
}
