public import Campaigns
import FoundationEssentials

/// The campaigns that a round submits, each a pure function of what is recorded: submitting one
/// again changes nothing.
public struct RoundCampaigns: Sendable {
    private let record: RoundRecord
    /// The campaign whose pairs the first round trained on.
    private let source: Campaign

    /// `source` is the campaign that the round's declaration names.
    public init(_ record: RoundRecord, source: Campaign) {
        (self.record, self.source) = (record, source)
    }

    /// The model that is trained.
    private var base: String { record.round.policy.base ?? source.generate.model }

    private func begun(_ name: String) -> Campaign {
        var campaign = source
        campaign.name = name
        campaign.labels["round"] = record.label
        campaign.export = []
        campaign.after = []
        campaign.generate.model = base
        return campaign
    }

    /// Candidates for the same prompts from the policy that this round starts from, with noise of
    /// their own; ranked as the first ones were.
    public func candidates(_ policy: HashedFile?) -> Campaign {
        var campaign = begun(RoundNames.candidates(record.name, record.number))
        campaign.generate.adapter = policy?.text ?? "none"
        campaign.seed = source.seed &+ UInt64(record.number - 1)
        return campaign
    }

    /// Held-out prompts answered by a policy; seeds are the same for every policy.
    ///
    /// `number` is the round that trained it, 0 for what the first one starts from. Its rewards are
    /// all held out: with few candidates for a prompt there is nothing to rank.
    public func evaluation(of number: Int, _ policy: HashedFile?) -> Campaign? {
        guard let evaluate = record.round.evaluate else { return nil }
        var campaign = begun(RoundNames.evaluation(record.name, number))
        campaign.labels["round"] = record.name
        campaign.prompts = evaluate.prompts
        campaign.seed = evaluate.seed
        campaign.generate.adapter = policy?.text ?? "none"
        campaign.generate.numSamples = evaluate.numSamples
        campaign.generate.includeReference = false
        campaign.score.rewards = source.score.rewards.map { reward in
            var reward = reward
            reward.role = .heldOut
            return reward
        }
        campaign.rank = .init()
        return campaign
    }

    /// The distances of an evaluation; nil when the round asks for none.
    ///
    /// Both lists lie among the artifacts under names that say what they hold.
    public func distances(
        of evaluation: String, clips: String, references: String
    ) -> Campaign? {
        guard let distances = record.round.evaluate?.distances else { return nil }
        var campaign = begun(RoundNames.distances(of: evaluation))
        campaign.labels["round"] = record.name
        campaign.job = Campaign.Job(
            kind: .evaluate, name: distances.embedder,
            params: ["clips": .text(clips), "references": .text(references)],
            request: distances.resources ?? .init())
        return campaign
    }

    /// The training; `folder` has what a later attempt goes on from, on whatever node, and
    /// `artifacts` is where that lies by content.
    public func training(
        _ policy: HashedFile?, folder: String, artifacts: String
    ) throws -> Campaign? {
        guard let dataset = record.dataset else { return nil }
        let round = record.round
        var file = TrainingFile(
            name: "\(record.name)-\(record.number)", objective: round.objective, model: base,
            // A clip may win several pairs of its prompt, each of which is learned from.
            data: [.init(file: dataset.train.path)], output: "output")
        if round.objective == .sft {
            (file.data[0].id, file.data[0].audio) = ("pair_id", "reference_audio")
        }
        file.heldOut = dataset.heldOut.map { [.init(file: $0.path)] } ?? []
        file.texts = dataset.texts?.path
        file.weights = round.adapter
        (file.loss, file.times, file.optim) = (round.loss, round.times, round.optim)
        file.checkpoint = round.checkpoint
        file.weights.adapter = nil
        var params: [String: Scalar] = [
            "document": .text(file.resolvedYAML()), "checkpoints": .text(folder),
            "artifacts": .text(artifacts),
        ]
        if let policy { params["adapter"] = .text(policy.text) }
        let isBuiltIn = round.launch.type == .swift
        if !isBuiltIn {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            params["launch"] = .text(
                String(decoding: try encoder.encode(round.launch), as: UTF8.self))
        }
        var campaign = begun(RoundNames.training(record.name, record.number))
        campaign.job = Campaign.Job(
            // Any worker can start another program, also one without the model.
            kind: .train, name: isBuiltIn ? base : "launch", params: params,
            request: round.resources ?? .init(timeoutMilliseconds: 7 * 24 * 3_600_000))
        return campaign
    }
}
