import Artifacts
import Foundation
import Linux
import Tensors

/// The checkpoints of a training in a folder: `step-000120.safetensors` and so on, each whole or
/// not there.
///
/// Where there is a place for artifacts, a checkpoint lies there under its hash, and in the folder
/// is a link to it.
struct CheckpointFolder: Sendable {
    let path: String
    /// What the training is of; a checkpoint of another is refused.
    let fingerprint: String
    /// Where the files themselves go; nil leaves them in the folder.
    var artifacts: ArtifactFolder?

    private static let format = "duet-training/3"
    private static let unfinished = ".unfinished-"

    /// Removes what a process that was killed left half written.
    func clean() {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix(Self.unfinished) {
            try? files.removeItem(atPath: "\(path)/\(name)")
        }
    }

    /// Writes a checkpoint beside the others, gives it its name, and removes the oldest.
    func write(_ state: TrainingState, keeping count: Int) throws(TrainingError) {
        let process = ProcessInfo.processInfo.processIdentifier
        let unfinished = "\(path)/\(Self.unfinished)\(process).safetensors"
        let file = file(state.step)
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            try SafetensorsFile.write(
                Self.tensors(of: state), metadata: metadata(of: state), to: unfinished)
            // Only a damaged one can be there already; its name would be taken at its word.
            remove(state.step)
            try artifacts?.storeLeavingLink(unfinished)
            try FileSystem.place(unfinished, at: file)
        } catch {
            throw TrainingError(
                "\(file): the checkpoint cannot be written: \(error)", isRetryable: true)
        }
        prune(keeping: count)
    }

    /// Removes all but the latest, artifacts and all.
    ///
    /// No other training has any of them: each says how long its steps took.
    func prune(keeping count: Int) {
        for step in steps().dropLast(count) { remove(step) }
    }

    private func remove(_ step: Int) {
        let files = FileManager.default
        // What the link leads to first: a link that is left is found again.
        if let artifact = artifact(file(step)) { try? files.removeItem(atPath: artifact) }
        try? files.removeItem(atPath: file(step))
    }

    /// The artifact of a checkpoint; a link to anything else is somebody's own.
    private func artifact(_ file: String) -> String? {
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file)
        return target.flatMap { artifacts?.holds($0) == true ? $0 : nil }
    }

    /// The file of the latest checkpoint; nil when there is none.
    var last: String? {
        steps().last.map { URL(filePath: file($0)).resolvingSymlinksInPath().path }
    }

    /// Reads the latest checkpoint that is whole; nil when there is none.
    ///
    /// One that a node's sudden end left damaged is passed over: the steps are taken again.
    func latest() throws(TrainingError) -> TrainingState? {
        var damage: TrainingError?
        for step in steps().reversed() {
            do throws(Damaged) {
                return try read(step)
            } catch {
                switch error {
                case .foreign(let error): throw error
                case .unreadable(let error): damage = damage ?? error
                }
            }
        }
        if let damage { throw damage }
        return nil
    }

    private enum Damaged: Error {
        /// It is another training's, and so are those before it.
        case foreign(TrainingError)
        case unreadable(TrainingError)
    }

    private func read(_ step: Int) throws(Damaged) -> TrainingState {
        let path = file(step)
        do {
            try checkHash(path)
            let file = try SafetensorsFile(path: path)
            let format = file.metadata["format"] ?? "none"
            guard format == Self.format else {
                throw Damaged.foreign(
                    TrainingError(
                        "\(path): has the format \(format), and this version reads "
                            + Self.format))
            }
            guard file.metadata["fingerprint"] == fingerprint else {
                throw Damaged.foreign(
                    TrainingError(
                        "\(path): belongs to a training with other settings, data or model; put "
                            + "them back, or give another output folder"))
            }
            return try Self.state(in: file)
        } catch let error as Damaged {
            throw error
        } catch {
            throw .unreadable(TrainingError("\(path): the checkpoint cannot be read: \(error)"))
        }
    }

    /// An artifact's name says what must be in it.
    private func checkHash(_ path: String) throws {
        guard let artifact = artifact(path) else { return }
        let hash = URL(filePath: artifact).deletingPathExtension().lastPathComponent
        guard try FileHash.sha256(ofFile: artifact) == hash else {
            throw TrainingError("\(artifact) holds something else than its name says")
        }
    }

    private static func tensors(of state: TrainingState) -> NamedTensors {
        var tensors: NamedTensors = [:]
        for (part, path) in parts {
            for (name, tensor) in state[keyPath: path] { tensors["\(part).\(name)"] = tensor }
        }
        return tensors
    }

    private func metadata(of state: TrainingState) -> [String: String] {
        [
            "format": Self.format, "fingerprint": fingerprint, "step": String(state.step),
            "seconds": String(state.seconds),
        ]
    }

    private static func state(in file: SafetensorsFile) throws -> TrainingState {
        var state = TrainingState(parameters: [:])
        guard let step = file.metadata["step"].flatMap({ Int($0) }),
            let seconds = file.metadata["seconds"].flatMap({ Double($0) })
        else { throw TrainingError("it does not say its step and seconds") }
        (state.step, state.seconds) = (step, seconds)
        let parts = Dictionary(uniqueKeysWithValues: parts)
        for name in file.names {
            let words = name.split(separator: ".", maxSplits: 1)
            guard words.count == 2, let part = parts[String(words[0])] else {
                throw TrainingError("\(name) is no part of a checkpoint")
            }
            state[keyPath: part][String(words[1])] = file[name]?.inOwnMemory()
        }
        return state
    }

    private static var parts: [(String, WritableKeyPath<TrainingState, NamedTensors>)] {
        [
            ("parameters", \.parameters), ("means", \.means), ("squares", \.squares),
            ("average", \.average), ("reference", \.reference),
        ]
    }

    private func file(_ step: Int) -> String {
        let digits = String(step)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
        return "\(path)/step-\(zeros)\(digits).safetensors"
    }

    /// The steps that there are checkpoints of, in rising order.
    private func steps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { $0.wholeMatch(of: /step-(\d+)\.safetensors/) }
            .compactMap { Int($0.1) }.sorted()
    }
}
