public import EngineHost
import Media
public import Rewards

/// Scores candidates with the rewards of a set, on their decoded files.
public struct ScoreEngine: EmbeddedEngine {
    private let rewards: RewardSet

    /// Takes the rewards; their weights are in memory already.
    public init(_ rewards: RewardSet) {
        self.rewards = rewards
    }

    /// Scoring, under each reward's name.
    public var provides: [EngineHello.Entry] {
        rewards.rewards.map {
            EngineHello.Entry(
                kind: "score", name: $0.name, outputs: $0.outputs.map(\.name),
                version: $0.version)
        }
    }

    /// Does nothing: rewards are small and stay loaded.
    public mutating func load(_ model: String) {}

    /// Does nothing: rewards are small and stay loaded.
    public mutating func unload(_ model: String) {}

    /// Scores one candidate.
    public mutating func run(
        _ task: EngineTask, progress: EngineProgressReport
    ) throws -> EngineAnswer {
        if let param = task.params.keys.min() {
            throw EngineFault("\(task.name) takes no params; leave out '\(param)'")
        }
        guard let candidate = task.candidate else {
            throw EngineFault("the task has no candidate to score")
        }
        let clip = try MediaClip(of: candidate.media)
        let found: [String: RewardValue]
        do throws(RewardError) {
            found = try rewards.score(
                clip, prompt: task.prompt?.text ?? "", by: task.name, outputs: task.outputs)
        } catch {
            throw EngineFault(error.description)
        }
        var (scores, reasons): ([String: Double?], [String: String]) = ([:], [:])
        for (output, value) in found {
            switch value {
            case .number(let number): scores[output] = .some(number)
            case .reason(let reason):
                scores[output] = .some(nil)
                reasons[output] = reason
            }
        }
        return .scores(scores, reasons: reasons)
    }
}
