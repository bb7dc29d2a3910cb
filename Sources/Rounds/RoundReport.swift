public import Campaigns
public import Evaluations
import FoundationEssentials
import Preferences

/// What was found when a round was judged: how the new policy compares with the one it started
/// from, and what each gate said.
public struct RoundReport: Codable, Sendable {
    /// The two policies on the held-out prompts; nil without an evaluation.
    public var comparison: PolicyComparison?
    /// What each gate found, in the order of the declaration.
    public var gates: [GateVerdict]

    /// Joins a comparison and verdicts.
    public init(comparison: PolicyComparison?, gates: [GateVerdict]) {
        (self.comparison, self.gates) = (comparison, gates)
    }

    /// Reads what `json` wrote; nil for anything else.
    public init?(json: String) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            return nil
        }
        self = report
    }

    /// One line of JSON.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// What a trainer says of its training in `training.json`; keys that are not here are its own.
public struct TrainingReport: Decodable, Sendable {
    /// By modality, the share of pairs of the last steps whose winner the policy prefers.
    public var implicitAccuracy: [String: Double]?
    /// The same of held-out pairs.
    public var heldOutAccuracy: [String: Double]?
    /// How far the weights went from what the training began with, as a share of their norm.
    public var weightChangeFromStart: Double?
    /// What it was made from.
    public var hashes: Hashes?
    /// The version of the program that trained.
    public var version: String?

    /// The SHA-256 of what a training was made from.
    public struct Hashes: Decodable, Sendable {
        /// The model's identity.
        public var model: String?
    }

    /// Reads a report; one that cannot be read says nothing.
    public init(json: String) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = (try? decoder.decode(Self.self, from: Data(json.utf8))) ?? Self()
    }

    private init() {}
}

/// A policy's scores on held-out prompts: for each prompt and reward the numbers of its candidates.
public struct PolicyNumbers: Sendable {
    /// What the policy is called.
    public var name: String
    /// By the prompt's key; in each, by the reward's place.
    public var prompts: [String: [[Double]]]

    /// Names a policy and its scores.
    public init(name: String, prompts: [String: [[Double]]]) {
        (self.name, self.prompts) = (name, prompts)
    }
}

/// Compares two policies prompt by prompt; `rewards` tell what was ranked and what judges.
public func compare(
    _ before: PolicyNumbers, _ after: PolicyNumbers, rewards: [Reward]
) throws -> PolicyComparison {
    let keys = Set(before.prompts.keys).union(after.prompts.keys).sorted()
    let prompts = keys.enumerated().map { number, key in
        PromptScores(
            prompt: Int64(number), before: candidates(before.prompts[key], rewards.count),
            after: candidates(after.prompts[key], rewards.count))
    }
    return try comparePolicies(
        before: before.name, after: after.name, dimensions: rewards.map(ComparedDimension.init),
        prompts: prompts)
}

/// A row for each candidate instead of a list for each reward; a score that is missing leaves the
/// order of candidates unknown, which means do not mind.
private func candidates(_ scores: [[Double]]?, _ rewards: Int) -> [[Double?]] {
    let scores = scores ?? []
    let count = scores.map(\.count).max() ?? 0
    return (0..<count).map { row in
        (0..<rewards).map { place in
            place < scores.count && row < scores[place].count ? scores[place][row] : nil
        }
    }
}

extension RoundRecord {
    /// Everything that was measured of the round.
    public func numbers(_ comparison: PolicyComparison?) -> RoundNumbers {
        let training = training.map { TrainingReport(json: $0) }
        return RoundNumbers(
            comparison: comparison, implicitAccuracy: training?.implicitAccuracy ?? [:],
            heldOutAccuracy: training?.heldOutAccuracy ?? [:],
            guards: training?.weightChangeFromStart.map { ["weight_change": $0] } ?? [:])
    }

    /// Judges the round by what was measured of it.
    public func judged(by comparison: PolicyComparison?) -> RoundReport {
        let numbers = numbers(comparison)
        let names = MeasurementNames(
            dimensions: comparison?.dimensions.map(\.dimension) ?? [],
            trained: ["audio", "video"], distances: round.distanceModalities)
        return RoundReport(
            comparison: comparison,
            gates: judge(round.gates, by: numbers, names: names))
    }

    /// The round with the verdict that its gates and its declaration give.
    public func decided(by report: RoundReport) -> RoundRecord {
        var decided = self
        let failed = report.gates.filter { !$0.passed }
        decided.needsHelp = false
        decided.reason = failed.map(\.sentence).joined(separator: " ")
        switch (failed.isEmpty, round.onPass, round.onFail) {
        case (true, .promote, _): decided.state = .promoted
        case (true, .hold, _):
            decided.state = .held
            decided.reason = "every gate passed; `duet round promote \(label)` takes it into use"
        case (false, _, .hold): decided.state = .held
        case (false, _, .rollback), (false, _, .retryLowerBeta): decided.state = .rolledBack
        }
        return decided
    }
}

extension ComparedDimension {
    fileprivate init(_ reward: Reward) {
        self.init(
            name: reward.name, modality: reward.modality,
            goal: reward.goal == .minimize ? .minimize : .maximize,
            role: reward.role == .ranked ? .ranked : .heldOut, isShare: reward.isShare)
    }
}

extension Round {
    /// Why its distances cannot be measured, said before hours of training; nil when they can.
    public func distanceProblem(source: Campaign) -> String? {
        guard evaluate?.distances != nil, !source.generate.includeReference else { return nil }
        return "evaluate.distances compares with the ground truth of campaign \(source.name), "
            + "which takes none in; set generate.include_reference there, or leave distances out"
    }

    /// What is wrong with its gates, said before hours of training.
    ///
    /// Names that nothing measures, and tests that do not go with them. `rewards` are its
    /// campaign's.
    public func gateProblems(rewards: [Reward]) -> [String] {
        let names = MeasurementNames(
            dimensions: rewards.map { ComparedDimension($0) }, trained: ["audio", "video"],
            distances: distanceModalities)
        return gates.compactMap { names.problem(with: $0) }
    }

    /// The modalities whose distances to ground truth its evaluations measure.
    fileprivate var distanceModalities: [String] {
        evaluate?.distances == nil ? [] : ["audio", "video"]
    }
}
