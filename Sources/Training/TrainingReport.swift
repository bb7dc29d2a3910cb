import Foundation

/// What a training did, as `training.json` says it.
public struct TrainingReport: Codable, Equatable, Sendable {
    /// The version of the format.
    public var format = "duet-training-report/1"
    /// The training's name and its objective.
    public var name, objective: String
    /// The version of the program, and the number that everything followed from.
    public var version: String
    /// The number from which order, times and noise followed.
    public var seed: UInt64
    /// Steps taken, and clips or pairs to learn from.
    public var steps, examples: Int
    /// How long all steps took together; those that were lost and taken again count once.
    public var seconds: Double
    /// The loss of the first step and of the last.
    public var firstLoss, lastLoss: Double?
    /// The last fifth of the steps, on the batches that they learned from.
    public var training: Measures
    /// For each modality, the share of those pairs on which the policy tells winner from loser
    /// better than its reference does.
    public var implicitAccuracy: [String: Double]?
    /// The result on what it did not learn from; nil where nothing was held out.
    public var heldOut: Measures?
    /// The same share of held-out pairs.
    public var heldOutAccuracy: [String: Double]?
    /// The norm of the difference from the model's own weights, over the norm of those.
    public var weightChange: Double
    /// The same of the difference from what it began with, which may be an adapter over them.
    public var weightChangeFromStart: Double
    /// What it was made from.
    public var hashes: Hashes

    private enum CodingKeys: String, CodingKey {
        case format, name, objective, version, seed, steps, examples, seconds, training, hashes
        case firstLoss = "first_loss"
        case lastLoss = "last_loss"
        case implicitAccuracy = "implicit_accuracy"
        case heldOut = "held_out"
        case heldOutAccuracy = "held_out_accuracy"
        case weightChange = "weight_change"
        case weightChangeFromStart = "weight_change_from_start"
    }

    /// The SHA-256 of what a training was made from.
    public struct Hashes: Codable, Equatable, Sendable {
        /// The model's identity; nil where it began with random weights.
        public var model: String?
        /// The files that list what it learned from.
        public var data: [String]
        /// The files that list what it was measured on.
        public var heldOut: [String]
        /// The states of their texts; nil where the model embeds words itself.
        public var texts: String?
        /// The adapter that it began with; nil for a new one.
        public var adapter: String?

        private enum CodingKeys: String, CodingKey {
            case model, data, texts, adapter
            case heldOut = "held_out"
        }
    }

    /// Writes the report for programs and people.
    func write(to path: String) throws(TrainingError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let text = try encoder.encode(self) + Data("\n".utf8)
            try text.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw TrainingError("\(path): cannot be written: \(error)", isRetryable: true)
        }
    }
}
