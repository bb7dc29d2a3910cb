import Foundation
public import Models

/// An adapter that is put over a model, and the hash by which it is known.
public struct AdapterFile: Sendable {
    /// The file, or PEFT's folder.
    public let path: String
    /// The SHA-256 of the file; of a folder, the identity of its files as a model's is.
    public let hash: String
    /// What it adds to which maps.
    public let adapter: Adapter

    /// Reads an adapter; with a hash only that very one.
    public init(path: String, expecting expected: String? = nil) throws(ModelError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw ModelError(.notFound, "\(path): there is no such adapter")
        }
        hash = try Self.hash(path)
        if let expected, hash != expected {
            throw ModelError(
                .broken,
                "\(path): has the SHA-256 \(hash.prefix(12))… and not \(expected.prefix(12))…; "
                    + "it is another adapter than the one that was asked for")
        }
        do throws(AdapterError) {
            adapter = try Adapter(path: path)
        } catch {
            throw ModelError(.broken, error.description)
        }
    }

    private static func hash(_ path: String) throws(ModelError) -> String {
        var isFolder = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isFolder.boolValue else { return try fileHash(path) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.filter { $0.hasSuffix(".safetensors") || $0 == "adapter_config.json" }
        return try ModelFolder.hash(of: files.map { "\(path)/\($0)" })
    }

    /// Refuses a model whose maps have other names or sizes.
    func check(for configuration: JavisConfiguration, of model: String) throws(ModelError) {
        let misfits = AdapterLint.misfits(adapter, configuration)
        guard let first = misfits.first else { return }
        let rest = misfits.count > 1 ? " (and \(misfits.count - 1) more)" : ""
        throw ModelError(
            .unsuited,
            "\(path): does not fit the model \(model): \(first)\(rest); take an adapter that was "
                + "trained on this model")
    }
}
