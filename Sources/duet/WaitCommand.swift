import ArgumentParser
import Console
import Foundation
import Linux
import Wire

struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a campaign has ended, or until a condition holds.",
        discussion: """
            EXAMPLES
              duet wait campaign first --timeout 2h
              duet wait campaign first --for 'tasks.completed>=1000'
              duet wait ready --workers 2
            """,
        subcommands: [WaitCampaign.self, WaitReady.self],
        defaultSubcommand: WaitCampaign.self)
}

/// How long something may take: `90s`, `15m`, `2h`, or a number of seconds.
struct Timeout: ExpressibleByArgument, CustomStringConvertible {
    var seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
        let digits = argument.prefix { $0.isNumber || $0 == "." }
        let unit = argument.dropFirst(digits.count)
        guard let number = Double(digits), let factor = unit.isEmpty ? 1 : units[String(unit)]
        else {
            return nil
        }
        seconds = number * factor
    }

    var description: String { duration(seconds) }
    var defaultValueDescription: String { description }
}

struct WaitCampaign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Wait until a campaign has ended, or until a condition holds.",
        usage: "duet wait [campaign] <campaign> [<options>]",
        discussion: """
            Ends with 0 when the condition holds, with 1 when the campaign ended otherwise, and \
            with 124 when the time is up. `state=done`, which is the default, is the end of the \
            campaign: 0 when every task has its result, 1 when some failed or it was halted or \
            cancelled. Any other condition is a filter over the keys of `duet campaign show -o \
            json`.

            EXAMPLES
              duet wait campaign first --for state=done --timeout 2h
              duet wait campaign first --for 'tasks.completed>=1000'
            """)

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Option(name: .customLong("for"), help: "What to wait for.")
    var condition = "state=done"

    @Option(help: "How long at most, such as 90s or 2h; a number alone is seconds.")
    var timeout: Timeout?

    @Flag(name: .shortAndLong, help: "Say nothing while waiting.")
    var quiet = false

    func run() throws {
        let isEnd = condition.filter { $0 != " " } == "state=done"
        let row = try waitForCampaign(
            campaign, at: address.endpoint, timeout: timeout?.seconds, quiet: quiet
        ) { row in
            isEnd
                ? hasEnded(row)
                : try !wanted([row], filter: condition, columns: Columns.campaigns).isEmpty
        }
        let name = row["name"].plain
        let matching =
            isEnd ? [row] : try wanted([row], filter: condition, columns: Columns.campaigns)
        guard !matching.isEmpty else {
            throw Failure.work(
                "campaign \(name) is \(row["state"].plain), and `\(condition)` does not hold; "
                    + "`duet campaign why \(name)` says more")
        }
        if !quiet { say("campaign \(name) is \(row["state"].plain): \(activity(row))") }
        if isEnd { try conclude(row) }
    }
}

struct WaitReady: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready",
        abstract: "Wait until a coordinator answers and workers are there.",
        discussion: "EXAMPLES\n  duet wait ready --workers 2 --timeout 60s")

    @OptionGroup var address: CoordinatorAddress

    @Option(help: "Workers to wait for.")
    var workers = 0

    @Option(help: "How long at most, such as 90s or 2h; a number alone is seconds.")
    var timeout = Timeout(seconds: 60)

    func run() throws {
        try waitUntilReady(
            address.endpoint, workers: workers, seconds: Int(timeout.seconds.rounded(.up)))
    }
}

/// Asks until the coordinator answers and has so many workers (besides itself).
func waitUntilReady(
    _ endpoint: String, workers: Int, seconds: Int, while checking: () throws -> Void = {}
) throws {
    let deadline = Clock.monotonic + Int64(seconds) * 1_000_000_000
    while true {
        try checking()
        var client = try Client(endpoint)
        do {
            let list = try decodeAnswer(
                [Answers.Worker].self, from: try client.query(.workers, patience: 500))
            if list.count(where: { $0.silenceMs != nil }) > workers { return }
        } catch let failure as Failure where failure.code == 5 {
            // Not there yet.
        }
        guard Clock.monotonic < deadline else {
            throw Failure.timeIsUp("the coordinator at \(endpoint) is not ready in time")
        }
        _ = try? Interest.wait(for: [], until: Clock.monotonic + 50_000_000)
    }
}

/// Asks until a campaign is as wanted or has ended; a coordinator that restarts is waited for.
func waitForCampaign(
    _ selector: String, at endpoint: String, timeout: Double?, quiet: Bool,
    until isReached: (Value) throws -> Bool = hasEnded
) throws -> Value {
    let start = Clock.monotonic
    var nextLine = start
    var interval = 0.02
    var name: String?
    while true {
        do {
            var client = try Client(endpoint)
            let known = try name ?? client.campaign(selector)["name"].plain
            name = known
            let row = try client.value(.campaign(known))
            if try isReached(row) || hasEnded(row) { return row }
            if !quiet, Clock.monotonic >= nextLine {
                nextLine = Clock.monotonic + 5_000_000_000
                say("\(known): \(activity(row))")
            }
        } catch let failure as Failure where failure.code == 5 {
            if !quiet { remark(failure.message + "; still waiting") }
        }
        if let timeout, Double(Clock.monotonic - start) > timeout * 1e9 {
            throw Failure.timeIsUp(
                "campaign \(selector) has not come so far within \(duration(timeout)); it goes on, "
                    + "and `duet campaign why \(selector)` says what it waits for")
        }
        interval = min(interval * 2, 0.5)
        pause(seconds: interval)
    }
}
