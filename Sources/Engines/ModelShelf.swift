public import Generation
import Foundation

/// The models of a folder: each folder in it that has a `model.json`, or the folder itself.
///
/// Campaigns name them as their `model.json` does, or with the beginning of their hash behind an @,
/// at least 8 digits, so that no other weights can take their place: `bounce@0f3c88d1`.
public struct ModelShelf: Sendable {
    /// A model on the shelf.
    public struct Model: Sendable {
        /// Its folder.
        public let folder: ModelFolder
        /// The hash of its files.
        public let hash: String

        /// Its name with the first 12 digits of its hash.
        public var fullName: String { "\(folder.description.name)@\(hash.prefix(12))" }
    }

    /// The models, by the names of their folders.
    public let models: [Model]

    /// Folders that hold a model which cannot be used, and why.
    public let problems: [String]

    /// Looks through a folder; one that is not there holds no models.
    public init(_ path: String) {
        var (models, problems): ([Model], [String]) = ([], [])
        for folder in Self.folders(path) {
            do throws(ModelError) {
                let model = try ModelFolder(path: folder)
                models.append(Model(folder: model, hash: try model.hash()))
            } catch {
                problems.append("\(error)")
            }
        }
        self.models = models
        self.problems = problems
    }

    private static func folders(_ path: String) -> [String] {
        let files = FileManager.default
        if ModelFolder.isOne(path) { return [path] }
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { "\(path)/\($0)" }.filter(ModelFolder.isOne)
    }

    /// Every name that finds exactly one model.
    public var names: [String] {
        let short = models.map(\.folder.description.name)
        let clear = short.filter { name in short.count { $0 == name } == 1 }
        return clear + Set(models.map(\.fullName)).sorted()
    }

    /// The model that a campaign calls so.
    public func model(_ name: String) throws -> Model {
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var found = models.filter { $0.folder.description.name == parts[0] }
        guard !found.isEmpty else {
            let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw EngineFault("this worker has no model \(name); \(known)")
        }
        if parts.count > 1 {
            guard parts[1].count >= 8 else {
                throw EngineFault("\(name): give at least 8 digits of the hash behind the @")
            }
            let hashes = found.map { String($0.hash.prefix(12)) }.joined(separator: " and ")
            found = found.filter { $0.hash.hasPrefix(parts[1]) }
            guard !found.isEmpty else {
                throw EngineFault("this worker's model \(parts[0]) has the hash \(hashes)")
            }
        }
        guard Set(found.map(\.hash)).count == 1 else {
            throw EngineFault(
                "several models are called \(name); say which: "
                    + found.map(\.fullName).joined(separator: ", "))
        }
        return found[0]
    }
}
