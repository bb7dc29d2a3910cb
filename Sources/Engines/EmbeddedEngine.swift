public import EngineHost

/// One part of the engine that is built in: it does some kinds of tasks, one at a time.
///
/// It runs in a child process of the worker and never sees the protocol; `EngineSession` speaks it.
public protocol EmbeddedEngine {
    /// The kinds and names that it answers to.
    var provides: [EngineHello.Entry] { get }

    /// Loads what a task's model stands for, unless it is loaded; other names are no error.
    mutating func load(_ model: String) throws

    /// Forgets a model.
    mutating func unload(_ model: String)

    /// Does a task that `provides` covers, and puts its files into the task's folder.
    mutating func run(_ task: EngineTask, progress: EngineProgressReport) throws -> EngineAnswer
}

/// Tells the worker how far a task is: the share that is done, and what is being done.
public typealias EngineProgressReport = (_ share: Double, _ note: String) -> Void

/// A task as the worker's `run` line has it.
public struct EngineTask: Decodable, Sendable {
    /// The task, repeated in every answer.
    public var task: String
    /// `ingest`, `generate`, `score`, `train` or `evaluate`.
    public var kind: String
    /// The model or scorer.
    public var name: String
    /// The model with the adapter over it, as `load` has it; nil where there is nothing to load.
    public var model: String?
    /// The prompt to answer.
    public var prompt: EnginePrompt?
    /// Fixes the candidate's noise.
    public var seed: UInt64
    /// Which candidate of the prompt this is.
    public var ordinal: Int
    /// The campaign file's settings for this step.
    public var params: [String: JSONValue]
    /// Where files go.
    public var folder: String
    /// What is to be scored.
    public var candidate: EngineCandidate?
    /// The scores wanted.
    public var outputs: [String]?

    private enum CodingKeys: String, CodingKey {
        case task, kind, name, model, prompt, seed, ordinal, params, folder, candidate, outputs
    }

    /// Reads a line; its seed is a text.
    public init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: CodingKeys.self)
        task = try line.decode(String.self, forKey: .task)
        kind = try line.decode(String.self, forKey: .kind)
        name = try line.decode(String.self, forKey: .name)
        model = try line.decodeIfPresent(String.self, forKey: .model)
        prompt = try line.decodeIfPresent(EnginePrompt.self, forKey: .prompt)
        let text = try line.decode(String.self, forKey: .seed)
        guard let seed = UInt64(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .seed, in: line, debugDescription: "the seed \(text) is no number")
        }
        self.seed = seed
        ordinal = try line.decode(Int.self, forKey: .ordinal)
        params = try line.decode([String: JSONValue].self, forKey: .params)
        folder = try line.decode(String.self, forKey: .folder)
        candidate = try line.decodeIfPresent(EngineCandidate.self, forKey: .candidate)
        outputs = try line.decodeIfPresent([String].self, forKey: .outputs)
    }
}

/// What a completed task gave.
public enum EngineAnswer: Equatable, Sendable {
    /// The files made.
    case media([EngineMedia])
    /// Scores by output, nil where there is none, and then the reason.
    case scores([String: Double?], reasons: [String: String])
}

/// The process was asked to end in the middle of a task, and has come to a good place to do so.
struct EngineStop: Error {}

/// Why a task failed, as the person who reads the task list sees it.
public struct EngineFault: Error, Equatable, Sendable {
    /// What is wrong and what to do, as a sentence.
    public var message: String
    /// Whether another attempt may help.
    public var retryable: Bool

    /// Makes a fault; as a rule the same task fails the same way again.
    public init(_ message: String, retryable: Bool = false) {
        self.message = message
        self.retryable = retryable
    }
}
