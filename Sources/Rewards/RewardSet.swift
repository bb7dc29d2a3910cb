public import Media

/// The rewards that a worker has, by name.
public struct RewardSet: Sendable {
    /// The rewards, in the order they were given.
    public let rewards: [any Reward]

    /// Makes a set; of two rewards of one name the first is used.
    public init(_ rewards: [any Reward]) { self.rewards = rewards }

    /// The measures that need no model and no prompt, for any clip.
    public static let signal = RewardSet([
        AudioSignal(), VisualSignal(), MotionSignal(), SyncSignal(),
    ])

    /// The reward of a name.
    public subscript(name: String) -> (any Reward)? { rewards.first { $0.name == name } }

    /// Measures a clip with one reward: for each wanted output its value, or why there is none.
    ///
    /// Without `outputs`, all that the reward has. A number that is not finite becomes a reason.
    public func score(
        _ clip: MediaClip, prompt: String, by name: String, outputs wanted: [String]? = nil
    ) throws(RewardError) -> [String: RewardValue] {
        guard let reward = self[name] else {
            throw RewardError(
                "there is no reward '\(name)'; there are "
                    + rewards.map(\.name).joined(separator: ", "))
        }
        let known = reward.outputs.map(\.name)
        if let unknown = wanted?.first(where: { !known.contains($0) }) {
            throw RewardError(
                "the reward '\(name)' has no output '\(unknown)'; it has "
                    + known.joined(separator: ", "))
        }
        let values = reward.score(clip, prompt: prompt)
        precondition(values.count == known.count)
        var scores: [String: RewardValue] = [:]
        for (output, value) in zip(known, values) where wanted?.contains(output) ?? true {
            scores[output] = value.number.map { RewardValue($0) } ?? value
        }
        return scores
    }
}

/// A score that was asked for and cannot be given by anybody here.
public struct RewardError: Error, Equatable, CustomStringConvertible {
    /// What was wrong with the question.
    public let description: String

    init(_ description: String) { self.description = description }
}
