import ArgumentParser
import Console
import Foundation
import Rounds
import Wire

struct RoundCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "round",
        abstract: "Follow rounds of training, judge their adapters, and see where these come from.",
        discussion: """
            ROUND is NAME/NUMBER, such as quickstart/1, or NAME for the last of that name. A round \
            is declared in a campaign file with kind: Round; `duet campaign submit` submits it \
            with its campaign.
            """,
        subcommands: [
            RoundSubmit.self, RoundList.self, RoundShow.self, RoundWatch.self, RoundLogs.self,
            RoundEval.self, RoundGate.self, RoundCompare.self, RoundReportPage.self,
            RoundLineage.self,
            RoundPromote.self, RoundHold.self, RoundRollback.self, RoundCancel.self,
        ])
}

/// The round that a command is about.
struct RoundArgument: ParsableArguments {
    @OptionGroup var address: CoordinatorAddress

    @Argument(
        help: "The round, as NAME/NUMBER, or NAME for the last one.",
        completion: .custom(Completion.rounds))
    var round: String

    /// All that is known of it.
    func detail(with client: inout Client) throws -> Answers.RoundDetail {
        try client.answer(Answers.RoundDetail.self, to: .round(round))
    }
}

struct RoundSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit the rounds of a file, with its campaigns where it has some.",
        usage: "duet round submit -f <file> [<options>]",
        discussion: """
            EXAMPLES
              duet round submit -f Jobs/quickstart/campaign.yaml --watch
              duet round submit -f round.yaml --set optim.steps=300
            """)

    @Option(
        name: .shortAndLong, help: "A file with kind: Round.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @OptionGroup var options: SubmissionOptions

    func run() throws {
        let all = try Submissions(file, set: options.set)
        guard !all.rounds.isEmpty else {
            throw Failure.usage("\(file): declares no round; add a document with kind: Round")
        }
        try options.submit(all)
    }
}

struct RoundList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show rounds: how far they are, and what they gained.",
        usage: "duet round list [<options>]",
        discussion: """
            GAIN is in candidate standard deviations against what the round started from, on \
            held-out prompts, under the rewards that pairs were ranked with.

            EXAMPLES
              duet round list
              duet round list --filter 'state=held' -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ListOptions

    func run() throws {
        var client = try Client(address.endpoint)
        try list(
            try format.layout(Columns.rounds, identity: "name"), options,
            empty: "There is no round; declare one in a campaign file with kind: Round."
        ) {
            try client.value(.rounds).list
        }
    }
}

struct RoundShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one round: its pairs, training, evaluation, gates and files.",
        discussion: """
            EXAMPLES
              duet round show quickstart
              duet round show quickstart/1 -o json
              duet round show quickstart --file > round.yaml
            """)

    @OptionGroup var round: RoundArgument
    @OptionGroup var format: AnswerOptions

    @Flag(help: "Print its declaration with all defaults instead.")
    var file = false

    func run() throws {
        var client = try Client(round.address.endpoint)
        let answer = try client.value(.round(round.round))
        if file { return say(answer["document"].plain) }
        let row = roundValue(answer)
        if format.print(row, name: "round.name") { return }
        Terminal.write(
            roundText(row, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

struct RoundWatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow the rounds of a name to their end.",
        discussion: """
            The exit code is 1 when a round is held, rolled back or cancelled, or cannot go on by \
            itself.

            EXAMPLES
              duet round watch quickstart
            """)

    @OptionGroup var round: RoundArgument

    func run() throws {
        let name = RoundNames.parts(round.round)?.name ?? round.round
        try followRounds(name, at: round.address.endpoint)
    }
}

struct RoundLogs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a round's trainer wrote.",
        discussion: """
            EXAMPLES
              duet round logs quickstart/1
              duet round logs quickstart -f        # goes on while it trains
            """)

    @OptionGroup var round: RoundArgument

    @Flag(name: .shortAndLong, help: "Go on until the training has ended.")
    var follow = false

    func run() throws {
        var client = try Client(round.address.endpoint)
        let detail = try round.detail(with: &client)
        guard let task = detail.campaigns.compactMap(\.task).first else {
            throw Failure.notFound(
                "round \(detail.round.label) does not train yet; it is \(detail.round.state)")
        }
        try printLog(of: task, follow: follow, with: &client)
    }
}

struct RoundGate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Show what each gate of a round found; the exit code says whether all passed.",
        discussion: """
            EXAMPLES
              duet round gate quickstart/1
              duet round gate quickstart -o json
            """)

    @OptionGroup var round: RoundArgument
    @OptionGroup var format: AnswerOptions

    func run() throws {
        var client = try Client(round.address.endpoint)
        let row = roundValue(try client.value(.round(round.round)))
        let gates = row["evaluation"]["gates"]
        guard gates != .null else {
            throw Failure(
                code: 4,
                message: "round \(round.round) is \(row["round"]["state"].plain) and not "
                    + "judged yet")
        }
        if !format.print(gates, name: "metric") {
            if gates.list.isEmpty { say("The round has no gates, so its adapter passed.") }
            Terminal.write(
                gateText(gates, width: Terminal.listingColumns, Paint(for: Terminal.output)))
        }
        if gates.list.contains(where: { $0["passed"].flag != true }) { throw ExitCode(1) }
    }
}
