import Foundation
import Tensors

/// The checkpoints of a training in a folder: `step-000120` and so on, each whole or not there.
struct CheckpointFolder: Sendable {
    let path: String
    /// What the training is of; a checkpoint of another is refused.
    let fingerprint: String

    private static let format = "duet-training/2"
    private static let unfinished = ".unfinished-"

    private struct Description: Codable {
        var format: String
        var step: Int
        var fingerprint: String
        var seconds: Double
    }

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
        let unfinished =
            "\(path)/\(Self.unfinished)\(ProcessInfo.processInfo.processIdentifier)"
        let name = Self.name(state.step)
        let files = FileManager.default
        do {
            try? files.removeItem(atPath: unfinished)
            try files.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            for (part, tensors) in Self.parts {
                try SafetensorsFile.write(
                    state[keyPath: tensors], to: "\(unfinished)/\(part).safetensors")
            }
            let description = Description(
                format: Self.format, step: state.step, fingerprint: fingerprint,
                seconds: state.seconds)
            try JSONEncoder().encode(description)
                .write(to: URL(filePath: "\(unfinished)/state.json"))
            // A step that is there already was made from the same numbers.
            try? files.removeItem(atPath: "\(path)/\(name)")
            try files.moveItem(atPath: unfinished, toPath: "\(path)/\(name)")
            for old in steps().dropLast(count) {
                try files.removeItem(atPath: "\(path)/\(Self.name(old))")
            }
        } catch {
            throw TrainingError(
                "\(path)/\(name): the checkpoint cannot be written: \(error)", isRetryable: true)
        }
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
        let folder = "\(path)/\(Self.name(step))"
        do {
            let data = try Data(contentsOf: URL(filePath: "\(folder)/state.json"))
            let description = try JSONDecoder().decode(Description.self, from: data)
            guard description.format == Self.format else {
                throw Damaged.foreign(
                    TrainingError(
                        "\(folder): has the format \(description.format), and this version reads "
                            + Self.format))
            }
            guard description.fingerprint == fingerprint else {
                throw Damaged.foreign(
                    TrainingError(
                        "\(folder): belongs to a training with other settings, data or model; put "
                            + "them back, or give another output folder"))
            }
            var state = TrainingState(parameters: [:])
            (state.step, state.seconds) = (description.step, description.seconds)
            for (part, tensors) in Self.parts {
                let file = try SafetensorsFile(path: "\(folder)/\(part).safetensors")
                for name in file.names {
                    state[keyPath: tensors][name] = file[name]?.inOwnMemory()
                }
            }
            return state
        } catch let error as Damaged {
            throw error
        } catch {
            throw .unreadable(
                TrainingError("\(folder): the checkpoint cannot be read: \(error)"))
        }
    }

    private static var parts: [(String, WritableKeyPath<TrainingState, NamedTensors>)] {
        [
            ("parameters", \.parameters), ("means", \.means), ("squares", \.squares),
            ("average", \.average), ("reference", \.reference),
        ]
    }

    private static func name(_ step: Int) -> String {
        let digits = String(step)
        return "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The steps that there are checkpoints of, in rising order.
    private func steps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("step-") }.compactMap { Int($0.dropFirst(5)) }.sorted()
    }
}
