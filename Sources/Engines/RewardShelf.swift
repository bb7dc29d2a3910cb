import Artifacts
import Foundation
public import Rewards
import Worlds

/// The rewards that are built in, and the learned ones whose weights lie in a folder.
///
/// Weights are looked for in files called `rewards.safetensors`, in the folder itself and in each
/// folder in it, so that a model's folder may hold the rewards of its world.
public struct RewardShelf: Sendable {
    /// All of them.
    public let rewards: RewardSet

    /// The SHA-256 of the weights of those that are learned, by name.
    public let weights: [String: String]

    /// Files that hold no rewards, and why.
    public let problems: [String]

    /// Looks through a folder; one that is not there holds no learned rewards.
    public init(_ path: String) {
        var (rewards, problems): ([any Reward], [String]) = ([], [])
        rewards += RewardSet.signal.rewards
        rewards.append(BounceMeasures())
        let learned = Self.files(path)
        var weights: [String: String] = [:]
        for file in learned.prefix(1) {
            do {
                let reward = try BounceLearned(path: file)
                weights[reward.name] = try FileHash.sha256(ofFile: file)
                rewards.append(reward)
            } catch {
                problems.append("\(error)")
            }
        }
        for file in learned.dropFirst() {
            problems.append("\(file): is not used, because \(learned[0]) has rewards of that name")
        }
        self.rewards = RewardSet(rewards)
        (self.problems, self.weights) = (problems, weights)
    }

    private static func files(_ path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return ([path] + names.sorted().map { "\(path)/\($0)" })
            .map { "\($0)/rewards.safetensors" }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }
}
