import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Wire

struct BenchRank: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Rank a campaign at the paper's scale again: reading, ranking, writing apart.",
        usage: "duet bench rank [<options>]",
        discussion: """
            30 000 prompts are 120 000 candidates with seven scores each. Each round ranks by \
            another rule, from stored scores and into Postgres; the times are the medians of all \
            rounds.

            EXAMPLES
              duet bench rank --prompts 30000 -o json
              duet bench rank --prompts 3000 --rounds 3
            """)

    @Option(help: "Prompts; each is 3 generated candidates and the ground truth.")
    var prompts = 30_000

    @Option(help: "How often to rank.")
    var rounds = 5

    @Option(help: "The campaign to replay.")
    var campaign = "Jobs/replay/campaign.yaml"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds \(rounds): write 1 or more.") }
    }

    func run() throws {
        let (campaign, prompts) = try replayCampaign(campaign, prompts: prompts)
        var result = BenchResult(bench: "rank")
        try withBenchStack(workers: 2, slots: 4) { stack in
            _ = try measureReplay(campaign, prompts, on: stack)
            result = try measure(campaign, on: stack)
        }
        try result.show(output)
    }

    private func measure(
        _ campaign: Campaign, on stack: borrowing Stack
    ) throws -> BenchResult {
        var client = try Client(stack.endpoints.coordinator)
        var times: [Answers.Ranking.Times] = []
        var result = BenchResult(bench: "rank")
        for round in 0..<rounds {
            var changed = campaign
            // A rule that was not there before, so that nothing is only replaced.
            changed.rank.tieEpsilon = Double(round + 1) * 1e-9
            let wish = RankRequest(campaign: changed.canonicalJSON())
            let start = Clock.monotonic
            let json = try client.answer(to: .rank(campaign.name, wish), patience: 600_000)
            let seconds = Double(Clock.monotonic - start) / 1e9
            let ranking = try decodeAnswer(Answers.Ranking.self, from: json)
            guard let taken = ranking.milliseconds else {
                throw Failure.work("the coordinator did not say what ranking took")
            }
            times.append(taken)
            result.prompts = ranking.prompts
            result.candidates = ranking.candidates
            result.pairs = ranking.pairs
            result.seconds = hundredth(min(result.seconds ?? seconds, seconds))
        }
        result.dimensions = campaign.score.rewards.count
        result.rounds = rounds
        result.readMs = tenth(median(times.map(\.read)))
        result.rankMs = tenth(median(times.map(\.rank)))
        result.writeMs = tenth(median(times.map(\.write)))
        let status = try decodeAnswer(Answers.Status.self, from: try client.query(.status))
        result.coordinatorPeakMb = status.peakMb
        return result
    }
}

/// The middle one of some numbers; of an even count the upper.
private func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
}
