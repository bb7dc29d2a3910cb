import Words
import ArgumentParser
import Console
import Wire

struct CampaignStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what a ranking says: winners, margins, rewards and how they go together.",
        usage: "duet campaign stats <campaign> [<options>]",
        discussion: """
            All is worked out anew from the stored scores. Correlations count larger as better in \
            every reward; held-out rewards are reported and never ranked.

            EXAMPLES
              duet campaign stats first
              duet campaign stats first --ranking v2 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let answer = try client.value(
            .rankingStatistics(campaign: name, ranking: ranking.ranking))
        if format.print(answer, name: "name") { return }
        Terminal.write(
            statisticsText(
                answer, of: name, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

/// The statistics of a ranking, as a person reads them.
func statisticsText(
    _ answer: Value, of campaign: String, width: Int, _ paint: Paint
) -> String {
    let found = answer["statistics"]
    var lines = ["campaign \(campaign)"]
    lines += winnerLines(found, width: width, paint)
    let ineligible = named(found["ineligible"]).map { "\($0.key) \($0.value.plain)" }
    if !ineligible.isEmpty {
        lines += sentence(
            "could not compete: \(ineligible.joined(separator: ", "))", width: width, paint)
    }
    lines += guardLines(found["guards"].list, width: width, paint)
    let margins = [Value.Member("all", found["margin"])] + named(found["margins"])
    lines += ["", paint("margins of the pairs", .bold)]
    lines += distributions(margins, width: width, paint)
    lines += ["", paint("scores of the candidates", .bold)]
    lines += distributions(named(found["scores"]), width: width, paint)
    lines += correlations(found, width: width, paint)
    lines += heldOut(answer["held_out"].list, width: width, paint)
    return lines.map { $0 + "\n" }.joined()
}

/// How many pairs there are, who wins them, and why there are no more.
func winnerLines(_ found: Value, width: Int, _ paint: Paint) -> [String] {
    var lines = sentence(pairCount(found), width: width, paint)
    if let share = found["ground_truth_winner_share"].number {
        lines += sentence(
            "the winner is ground truth in \(percent(share)) of the pairs", width: width, paint)
    }
    if let ties = found["ties"].integer, ties > 0 {
        lines += sentence("\(counted(ties, "pair")) of tied candidates", width: width, paint)
    }
    return lines + reasonLines(named(found["unpaired"]), width: width, paint)
}

/// `[{"name": …, "value": …}]` as members.
func named(_ list: Value) -> [Value.Member] {
    list.list.map { .init($0["name"].plain, $0["value"]) }
}

/// A row for each: its mean, spread, quantiles and a small histogram.
func distributions(_ members: [Value.Member], width: Int, _ paint: Paint) -> [String] {
    let rows = members.map { member -> Value in
        let quantiles = member.value["quantiles"].list
        func quantile(_ place: Int) -> Value { quantiles.count > place ? quantiles[place] : .null }
        let counts = member.value.at("histogram.counts").list.map { $0.integer ?? 0 }
        return .object([
            .init("name", .text(member.key)), .init("count", member.value["count"]),
            .init("mean", member.value["mean"]), .init("deviation", member.value["deviation"]),
            .init("low", quantile(0)), .init("median", quantile(3)), .init("high", quantile(6)),
            .init("shape", .text(bars(counts))),
        ])
    }
    let columns = [
        Column("name", "", importance: 10, floor: 12),
        Column("count", "COUNT", .count, importance: 5),
        Column("mean", "MEAN", .decimals(3), importance: 9),
        Column("deviation", "DEVIATION", .decimals(3), importance: 6),
        Column("low", "LEAST", .decimals(3), importance: 7),
        Column("median", "MEDIAN", .decimals(3), importance: 8),
        Column("high", "MOST", .decimals(3), importance: 7),
        Column("shape", "SHAPE", importance: 4),
    ]
    return tableLines(columns, rows, width: width - 2, paint: paint).map { "  \($0)" }
}

/// A histogram of one line.
func bars(_ counts: [Int64]) -> String {
    let steps = Array(" ▁▂▃▄▅▆▇█")
    let most = max(counts.max() ?? 0, 1)
    return String(
        counts.map { count in
            // What is there is seen even where it is little.
            count == 0 ? steps[0] : steps[max(1, Int(count * Int64(steps.count - 1) / most))]
        })
}

private func correlations(_ found: Value, width: Int, _ paint: Paint) -> [String] {
    let durations = named(found["durations"]).filter {
        ($0.value["count"].integer ?? 0) > 1
    }
    let rows =
        found["correlations"].list.map {
            Value.object(
                [.init("what", .text("\($0["first"].plain) and \($0["second"].plain)"))]
                    + $0["correlation"].members)
        }
        + durations.map {
            .object([.init("what", .text("\($0.key) and duration"))] + $0.value.members)
        }
    guard !rows.isEmpty else { return [] }
    let columns = [
        Column("what", "REWARDS", importance: 10, floor: 20),
        Column("pearson", "PEARSON", .decimals(3), importance: 9),
        Column("spearman", "SPEARMAN", .decimals(3), importance: 8),
        Column("kendall", "KENDALL", .decimals(3), importance: 7),
        Column("count", "CANDIDATES", .count, importance: 5),
    ]
    return ["", paint("how they go together", .bold)]
        + tableLines(columns, rows, width: width - 2, paint: paint).map { "  \($0)" }
}

private func heldOut(_ rewards: [Value], width: Int, _ paint: Paint) -> [String] {
    guard !rewards.isEmpty else { return [] }
    let columns = [
        Column("name", "REWARD", importance: 10, floor: 12),
        Column("scores.mean", "MEAN", .decimals(3), importance: 7),
        Column("winners.mean", "WINNERS", .decimals(3), importance: 8),
        Column("losers.mean", "LOSERS", .decimals(3), importance: 8),
        Column("winner_better_share", "WINNER BETTER", importance: 9)
            .shown { $0["winner_better_share"].number.map(percent) ?? "" },
        Column("pairs", "PAIRS", .count, importance: 5),
    ]
    return ["", paint("held-out rewards, never ranked", .bold)]
        + tableLines(columns, rewards, width: width - 2, paint: paint).map { "  \($0)" }
}
