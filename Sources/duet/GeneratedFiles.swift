import Console
import Foundation
import Generation
import Linux
import Words

/// The files of candidates that `duet generate` makes, each with a `.json` that says what made it.
struct GeneratedFiles {
    let folder: String
    let kinds: [CandidateFile]
    let generator: Generator
    let settings: GenerationSettings
    /// Whether files of other settings are replaced.
    let replaces: Bool

    /// A candidate that is wanted, and the name of its files.
    struct Named {
        var name: String
        var order: Generator.Order
    }

    /// Whether a candidate is there, made as it would be now; what was made otherwise is an error.
    func isThere(_ wanted: Named) throws -> Bool {
        let path = "\(folder)/\(wanted.name).json"
        guard !replaces, let data = FileManager.default.contents(atPath: path) else { return false }
        let known = try? JSONDecoder().decode(Provenance.self, from: data)
        guard let known, known.isOf(wanted.order, settings, generator) else {
            throw Failure.conflict(
                "\(path) is there from another prompt, model, adapter or setting; give another "
                    + "--output, or --force to replace it")
        }
        let names = kinds.map { "\(folder)/\($0.name(wanted.name))" }
        return names.allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }

    /// Makes candidates side by side and writes them; returns a line about each.
    func make(
        _ wanted: [Named], progress: (Double, String) -> Void = { _, _ in }
    ) throws -> [String] {
        let start = Clock.monotonic
        let made = try generator.candidates(wanted.map(\.order), settings, progress: progress)
        return try zip(made, wanted).map { candidate, wanted in
            let provenance = Provenance(candidate, wanted.order, settings, generator)
            let paths = try candidate.write(kinds, to: folder, stem: wanted.name, provenance)
            // Last, since it says that all the others are there.
            try provenance.json(forPeople: true).write(
                to: URL(filePath: "\(folder)/\(wanted.name).json"), options: .atomic)
            let seconds = Double(Clock.monotonic - start) * 1e-9 / Double(made.count)
            return "\(paths[0])  \(provenance.candidate.prefix(12))  \(duration(seconds))"
        }
    }
}
