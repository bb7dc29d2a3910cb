import ArgumentParser
import Console
import Wire

struct RankingCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ranking",
        abstract: "Look at rankings, which stand side by side, and choose the current one.",
        discussion: """
            RANKING is CAMPAIGN/NAME or CAMPAIGN/NUMBER, such as first/v2; without a name it is \
            the campaign's current one. `duet campaign rerank` makes another one.
            """,
        subcommands: [
            RankingList.self, RankingShow.self, RankingCompare.self, RankingUse.self,
        ])
}

struct RankingList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the rankings of a campaign, or of all.",
        usage: "duet ranking list [<campaign>] [<options>]",
        discussion: """
            EXAMPLES
              duet ranking list first
              duet ranking list -o json
              duet ranking list first --sort -pairs
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ListOptions

    @Argument(help: "Only of these campaigns.", completion: .custom(Completion.campaigns))
    var campaign = "all"

    func run() throws {
        var client = try Client(address.endpoint)
        try list(
            try format.layout(Columns.rankings), options,
            empty: "There is no ranking here; a campaign is ranked when its scores are complete."
        ) {
            var rows: [Value] = []
            for found in try client.campaigns(campaign) {
                rows += try client.value(.rankings(found["name"].plain)).list.map(withRule)
            }
            return rows
        }
    }
}

struct RankingShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one ranking with its rule, and the reasons of prompts without a pair.",
        discussion: """
            EXAMPLES
              duet ranking show first
              duet ranking show first/v2 -o yaml
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions

    @Argument(help: "The ranking, as CAMPAIGN/NAME.", completion: .custom(Completion.campaigns))
    var ranking: String

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try RankingName(ranking, with: &client)
        let found = withRule(
            try client.value(.ranking(campaign: name.campaign, ranking: name.ranking)))
        if format.print(found, name: "name") { return }
        Terminal.write(
            rankingText(found, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

struct RankingCompare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say how two rankings of a campaign differ: overlap, flips, kappa.",
        usage: "duet ranking compare <first> <second> [<options>]",
        discussion: """
            The order of every two candidates is worked out anew from the stored scores.

            EXAMPLES
              duet ranking compare first/r1 first/v2
              duet ranking compare first v2
              duet ranking compare first/r1 first/v2 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions

    @Argument(help: "A ranking, as CAMPAIGN/NAME.", completion: .custom(Completion.campaigns))
    var first: String

    @Argument(help: "Another one; its name alone is one of the same campaign.")
    var second: String

    func run() throws {
        var client = try Client(address.endpoint)
        let one = try RankingName(first, with: &client)
        var other = RankingName(campaign: one.campaign, ranking: second)
        if second.contains("/") { other = try RankingName(second, with: &client) }
        guard one.campaign == other.campaign else {
            throw Failure.usage(
                "\(first) and \(second) are of two campaigns, which have no candidate in common; "
                    + "compare rankings of one campaign")
        }
        var answer = try client.value(
            .rankingDifference(
                campaign: one.campaign, first: one.ranking, second: other.ranking))
        var names: [String] = []
        for name in [one, other] {
            names.append(
                try client.value(.ranking(campaign: name.campaign, ranking: name.ranking))["name"]
                    .plain)
        }
        answer = .object(
            [
                .init("campaign", .text(one.campaign)), .init("first", .text(names[0])),
                .init("second", .text(names[1])),
            ] + answer.members)
        if format.print(answer, name: "first") { return }
        Terminal.write(
            comparisonText(answer, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

struct RankingUse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Make a ranking its campaign's current one.",
        discussion: """
            Pairs are listed and exported from the current ranking unless --ranking names another. \
            CAMPAIGN/ with nothing after it gives the choice back to the campaign's file.

            EXAMPLES
              duet ranking use first/v2
              duet ranking use first/
            """)

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "The ranking, as CAMPAIGN/NAME.", completion: .custom(Completion.campaigns))
    var ranking: String

    func run() throws {
        guard ranking.contains("/") else {
            throw Failure.usage("\(ranking): write CAMPAIGN/NAME, such as \(ranking)/r1")
        }
        var client = try Client(address.endpoint)
        let name = try RankingName(ranking, with: &client)
        say(
            try client.done(.chooseRanking(campaign: name.campaign, ranking: name.ranking)))
    }
}

/// Which ranking of a campaign a command looks at.
struct RankingOption: ParsableArguments {
    @Option(help: "A ranking by name or number; by default the campaign's current one.")
    var ranking = ""
}

/// A ranking as people write it: `first/v2`.
struct RankingName {
    /// The campaign's name.
    var campaign: String
    /// The ranking's name or number; empty for the current one.
    var ranking: String
}

extension RankingName {
    init(_ text: String, with client: inout Client) throws {
        // A round's campaign has two of them in its own name: rounds/2/candidates/v2.
        let words = text.split(separator: "/", omittingEmptySubsequences: false)
        let isOfRound = words.count >= 3 && Int(words[1]) != nil
        let parts =
            isOfRound
            ? [words[..<3].joined(separator: "/")[...]] + words[3...]
            : text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        campaign = try client.campaign(String(parts[0]))["name"].plain
        ranking = parts.count > 1 ? String(parts[1]) : ""
    }
}

/// A ranking whose rule is an object instead of JSON within JSON.
func withRule(_ ranking: Value) -> Value {
    .object(
        ranking.members.map { member in
            guard member.key == "rule", let rule = try? Value(json: member.value.plain.utf8) else {
                return member
            }
            return .init("rule", rule)
        })
}
