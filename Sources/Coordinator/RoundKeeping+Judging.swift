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
                after: RoundNames.evaluation(record.name, record.number),
                ranked: record.round.data.campaign, &store)
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
    /// `ranked` names the campaign whose file says which rewards decided rankings; without it they
    /// are those of the second campaign.
    static func comparison(
        before: String, after: String, ranked: String? = nil, _ store: inout Store
    ) throws -> PolicyComparison {
        let first = try scores(of: before, &store)
        let second = try scores(of: after, &store)
        let source = try ranked.flatMap { try store.submission(of: $0)?.campaign.score.rewards }
        let rewards = second.rewards.map { reward in
            source?.first { $0.name == reward.name } ?? reward
        }
        let places = rewards.map { reward in
            first.rewards.firstIndex { $0.scorer == reward.scorer && $0.output == reward.output }
        }
        let moved = first.prompts.mapValues { scores in
            places.map { $0.map { scores[$0] } ?? [] }
        }
        return try compare(
            PolicyNumbers(name: before, prompts: moved),
            PolicyNumbers(name: after, prompts: second.prompts), rewards: rewards)
    }

    private static func scores(of name: String, _ store: inout Store) throws -> PolicyScores {
        guard let listing = try store.campaign(name) else {
            throw Problem(code: .notFound, message: "there is no campaign '\(name)'")
        }
        return try store.policyScores(of: listing.id)
    }
}
