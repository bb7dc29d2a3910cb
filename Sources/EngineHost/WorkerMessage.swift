import FoundationEssentials

/// A line to an engine.
enum WorkerMessage: Equatable {
    case load(model: String)
    case unload(model: String)
    case run(EngineAttempt)
}

/// Why something could not be started on an engine.
public enum EngineRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The engine has not said hello, runs another attempt, or ends.
    case notIdle
    /// The message would be so many bytes; lines are limited to 1 MiB.
    case tooLong(bytes: Int)
    /// The message holds what JSON cannot say, such as a number that is not finite.
    case notJSON(String)

    /// What is wrong and what to do about it.
    public var description: String {
        switch self {
        case .notIdle:
            "the engine is not idle; wait for its hello or for the end of its attempt"
        case .tooLong(let bytes):
            "the message has \(bytes) bytes and a line may have \(engineLineLimit); "
                + "shorten the prompt or params"
        case .notJSON(let reason):
            "the message cannot be written as JSON: \(reason)"
        }
    }
}

/// The longest line in either direction, without its end.
let engineLineLimit = 1 << 20

extension WorkerMessage: Encodable {
    private enum Keys: String, CodingKey {
        case type, model, task, attempt, kind, name, prompt, seed, ordinal, params, folder
        case candidate, outputs
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .load(let model):
            try container.encode("load", forKey: .type)
            try container.encode(model, forKey: .model)
        case .unload(let model):
            try container.encode("unload", forKey: .type)
            try container.encode(model, forKey: .model)
        case .run(let attempt):
            try container.encode("run", forKey: .type)
            try container.encode(attempt.task, forKey: .task)
            try container.encode(attempt.attempt, forKey: .attempt)
            try container.encode(attempt.kind, forKey: .kind)
            try container.encode(attempt.name, forKey: .name)
            try container.encodeIfPresent(attempt.model, forKey: .model)
            try container.encodeIfPresent(attempt.prompt, forKey: .prompt)
            // As text: many readers of JSON round numbers beyond 2^53.
            try container.encode(String(attempt.seed), forKey: .seed)
            try container.encode(attempt.ordinal, forKey: .ordinal)
            try container.encode(attempt.params, forKey: .params)
            try container.encode(attempt.folder, forKey: .folder)
            try container.encodeIfPresent(attempt.candidate, forKey: .candidate)
            try container.encodeIfPresent(attempt.outputs, forKey: .outputs)
        }
    }

    /// Writes the message as a line with its end.
    func line(with encoder: JSONEncoder) throws(EngineRefusal) -> [UInt8] {
        let data: Data
        do {
            data = try encoder.encode(self)
        } catch let EncodingError.invalidValue(value, _) {
            throw .notJSON("\(value)")
        } catch {
            throw .notJSON("\(error)")
        }
        guard data.count <= engineLineLimit else { throw .tooLong(bytes: data.count) }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
