import Artifacts
import Crypto
import Foundation
import Layers
public import Models
public import Tensors

/// A model in a folder: `model.json` and the files that it goes with.
///
/// They are the network's weights (`transformer.safetensors`, or several that
/// `transformer.safetensors.index.json` names), the codec's (`codec.safetensors`), and for a
/// network that embeds words itself `vocabulary.txt`.
public struct ModelFolder: Sendable {
    /// Where it lies.
    public let path: String

    /// What `model.json` says.
    public let description: ModelDescription

    /// The words it knows; nil when its text comes as states.
    public let vocabulary: Vocabulary?

    /// The names of the files.
    enum FileName {
        static let description = "model.json"
        static let transformer = "transformer.safetensors"
        static let index = "transformer.safetensors.index.json"
        static let codec = "codec.safetensors"
        static let vocabulary = "vocabulary.txt"
    }

    /// Whether a path is a folder with a `model.json`.
    public static func isOne(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(FileName.description)")
    }

    /// Reads `model.json` and the vocabulary; weights are mapped when they are asked for.
    public init(path: String) throws(ModelError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ModelError(.notFound, "\(path): there is no such folder")
        }
        let file = "\(path)/\(FileName.description)"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ModelError(
                .notFound, "\(path): there is no \(FileName.description); a model's folder has one")
        }
        description = try ModelDescription(json: data, file: file)
        vocabulary = try Self.vocabulary(path, description.text)
        self.path = path
    }

    private static func vocabulary(
        _ path: String, _ text: ModelDescription.Text
    ) throws(ModelError) -> Vocabulary? {
        guard text.kind == .words else { return nil }
        let file = "\(path)/\(FileName.vocabulary)"
        guard let words = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw ModelError(.notFound, "\(file): cannot be read; text.kind words needs it")
        }
        do throws(VocabularyError) {
            return try Vocabulary(text: words)
        } catch {
            throw ModelError(.broken, "\(file): \(error)")
        }
    }

    /// The network's weights, mapped.
    public func transformerWeights() throws(ModelError) -> Checkpoint {
        let index = "\(path)/\(FileName.index)"
        let isSharded = FileManager.default.fileExists(atPath: index)
        return try weights(isSharded ? index : "\(path)/\(FileName.transformer)")
    }

    /// The codec's weights, mapped.
    public func codecWeights() throws(ModelError) -> Checkpoint {
        try weights("\(path)/\(FileName.codec)")
    }

    private func weights(_ file: String) throws(ModelError) -> Checkpoint {
        do throws(SafetensorsError) {
            return try Checkpoint(path: file)
        } catch {
            throw ModelError(.broken, "\(error)")
        }
    }

    /// The network's configuration.
    public func configuration(precision: Precision) -> JavisConfiguration {
        description.configuration(words: vocabulary?.rows ?? 0, precision: precision)
    }

    /// Builds the network over its mapped weights, with what an adapter adds to them.
    public func transformer(
        precision: Precision, adapter: AdapterFile? = nil
    ) throws(ModelError) -> JavisTransformer {
        let checkpoint = try transformerWeights()
        let configuration = configuration(precision: precision)
        try adapter?.check(for: configuration, of: description.name)
        do throws(WeightError) {
            return try JavisTransformer(
                checkpoint, configuration, adapter: adapter?.adapter.updates ?? [:])
        } catch {
            throw ModelError(.broken, "\(path): the weights do not fit model.json: \(error)")
        }
    }

    /// Builds the codec over its weights.
    public func codec() throws(ModelError) -> any Codec {
        let checkpoint = try codecWeights()
        do throws(WeightError) {
            switch description.codec {
            case .patches(let sizes): return try PatchCodec(checkpoint, sizes)
            }
        } catch {
            throw ModelError(
                .broken, "\(path)/\(FileName.codec): it does not fit model.json: \(error)")
        }
    }

    /// The model's identity: 64 hexadecimal digits over the names and contents of its files.
    ///
    /// It is the SHA-256 of lines `hash  name`, sorted by name, as sha256sum writes them.
    public func hash() throws(ModelError) -> String {
        let shards = try transformerWeights().files.map { Self.name($0.path) }
        let index = FileManager.default.fileExists(atPath: "\(path)/\(FileName.index)")
        let names =
            [FileName.description, FileName.codec] + shards + (index ? [FileName.index] : [])
            + (vocabulary == nil ? [] : [FileName.vocabulary])
        let files = names.map { "\(path)/\($0)" }
        return Self.hash(of: files, try KnownHashes(folder: path).hashes(of: files))
    }

    /// The identity of files that go together, by their names without folders and their contents.
    public static func hash(of files: [String]) throws(ModelError) -> String {
        var hashes: [String] = []
        for file in files { hashes.append(try fileHash(file)) }
        return hash(of: files, hashes)
    }

    private static func hash(of files: [String], _ hashes: [String]) -> String {
        let lines = zip(files.map { name($0) }, hashes).sorted { $0.0 < $1.0 }
            .map { "\($1)  \($0)\n" }
        return FileHash.hex(SHA256.hash(data: Data(lines.joined().utf8)))
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Writes a model's folder; files that lie there already are replaced one by one.
    public static func write(
        _ description: ModelDescription, transformer: [String: Tensor], codec: [String: Tensor],
        vocabulary: Vocabulary?, to path: String
    ) throws(ModelError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            try SafetensorsFile.write(transformer, to: "\(path)/\(FileName.transformer)")
            try SafetensorsFile.write(codec, to: "\(path)/\(FileName.codec)")
            if let vocabulary {
                try Data(vocabulary.text.utf8).write(
                    to: URL(filePath: "\(path)/\(FileName.vocabulary)"), options: .atomic)
            }
            try description.json().write(
                to: URL(filePath: "\(path)/\(FileName.description)"), options: .atomic)
        } catch {
            throw ModelError(.broken, "\(path): the model cannot be written: \(error)")
        }
    }
}

/// Returns the SHA-256 of a file's content in hexadecimal digits.
public func fileHash(_ path: String) throws(ModelError) -> String {
    do {
        return try FileHash.sha256(ofFile: path)
    } catch {
        throw ModelError(.notFound, "\(path): cannot be read: \(error.localizedDescription)")
    }
}

/// Why a model cannot be used.
public struct ModelError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kinds that callers tell apart.
    public enum Kind: Equatable, Sendable {
        /// There is no such folder or file.
        case notFound
        /// A file is broken, or files do not fit together.
        case broken
        /// The model cannot do what was asked of it.
        case unsuited
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What is wrong and what to do, as a sentence.
    public let description: String

    /// Makes an error.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
