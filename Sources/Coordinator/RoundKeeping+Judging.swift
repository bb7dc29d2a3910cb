import Campaigns
import Evaluations
import Rounds
import Scheduling
import Store
import Wire

/// A round's end: its policy against the one it started from, and what the gates say.
extension RoundKeeping {
    func judge(_ record: RoundRecord, _ store: inout Store) throws -> Bool {
        var comparison: PolicyComparison?
        if record.round.evaluate != nil {
            comparison = try Self.comparison(
                before: RoundNames.evaluation(record.name, record.start),
                after: RoundNames.evaluation(record.name, record.number), &store)
        }
        let report = record.judged(by: comparison)
        var decided = record.decided(by: report)
        decided.evaluation = try report.json()
        var records = [decided]
        if decided.state == .rolledBack, record.round.onFail == .retryLowerBeta {
            decided.round.rounds += 1
            records = [decided, RoundPlanner.retry(decided)]
        }
        try write(records, &store)
        return true
    }

    /// Compares the policies of two campaigns over the same prompts.
    ///
    /// Which rewards decided rankings is told by the campaign that the round trained on; in an
    /// evaluation all of them are held out. Throws where their noise differs.
    static func comparison(
        before: String, after: String, _ store: inout Store
    ) throws -> PolicyComparison {
        try requireSameSeeds(before, after, &store)
        let first = try scores(of: before, &store)
        let second = try scores(of: after, &store)
        var source: [Reward]?
        if let round = RoundNames.round(of: after) {
            let records = try store.rounds().map(\.record)
            source = try records.first { $0.name == round.name }
                .flatMap { records.campaign(behind: $0.round.data) }
                .flatMap { try store.submission(of: $0) }?.campaign.score.rewards
        }
        let rewards = second.rewards.map { reward in
            source?.first { $0.name == reward.name } ?? reward
        }
        let places = rewards.map { reward in
            first.rewards.firstIndex { $0.scorer == reward.scorer && $0.output == reward.output }
        }
        let moved = first.prompts.mapValues { scores in
            places.map { $0.map { scores[$0] } ?? [] }
        }
        var comparison = try compare(
            PolicyNumbers(name: policy(before), prompts: moved),
            PolicyNumbers(name: policy(after), prompts: second.prompts), rewards: rewards)
        comparison.distances = try distances(before: before, after: after, &store)
        return comparison
    }

    /// Throws when two campaigns answered with other noise: then a difference says nothing.
    private static func requireSameSeeds(
        _ before: String, _ after: String, _ store: inout Store
    ) throws {
        let seeds = try [before, after].map { try store.submission(of: $0)?.campaign.seed ?? 0 }
        guard seeds[0] != seeds[1] else { return }
        throw Problem(
            code: .conflict,
            message: "\(before) has the seed \(seeds[0]) and \(after) has \(seeds[1]), so their "
                + "noise differs; evaluate both with one --seed, as `duet round eval` does")
    }

    /// What people call the policy of a campaign: the round that trained it.
    private static func policy(_ campaign: String) -> String {
        RoundNames.round(of: campaign).map { "\($0.name)/\($0.number)" } ?? campaign
    }

    private static func scores(of name: String, _ store: inout Store) throws -> PolicyScores {
        guard let listing = try store.campaign(name) else {
            throw Problem(code: .notFound, message: "there is no campaign '\(name)'")
        }
        return try store.policyScores(of: listing.id)
    }
}
