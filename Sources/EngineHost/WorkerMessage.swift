import FoundationEssentials

/// A line to an engine.
enum WorkerMessage: Equatable {
    case load(model: String)
    case unload(model: String)
    /// One attempt, or a batch.
    case run([EngineAttempt])
}

/// Why something could not be started on an engine.
public enum EngineRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The engine has not said hello, runs another attempt, or ends.
    case notIdle
    /// The message would be so many bytes; lines are limited to 1 MiB.
    case tooLong(bytes: Int)
    /// The message holds what JSON cannot say, such as a number that is not finite.
    case notJSON(String)

    /// Whether a message with fewer attempts could do.
    public var isLength: Bool {
        if case .tooLong = self { true } else { false }
    }

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
        case type, model, tasks
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
        case .run(let attempts):
            if attempts.count == 1 {
                try container.encode("run", forKey: .type)
                try attempts[0].encode(to: encoder)
            } else {
                try container.encode("run_batch", forKey: .type)
                try container.encode(attempts, forKey: .tasks)
            }
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

extension EngineAttempt: Encodable {
    private enum Keys: String, CodingKey {
        case task, attempt, kind, name, model, prompt, seed, ordinal, params, folder, candidate
        case outputs
    }

    /// Writes what the engine is told, which is not the limit nor where its log goes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(task, forKey: .task)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(model, forKey: .model)
        try container.encodeIfPresent(prompt, forKey: .prompt)
        // As text: many readers of JSON round numbers beyond 2^53.
        try container.encode(String(seed), forKey: .seed)
        try container.encode(ordinal, forKey: .ordinal)
        try container.encode(params, forKey: .params)
        try container.encode(folder, forKey: .folder)
        try container.encodeIfPresent(candidate, forKey: .candidate)
        try container.encodeIfPresent(outputs, forKey: .outputs)
    }
}
