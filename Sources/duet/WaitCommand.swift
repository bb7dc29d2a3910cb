import ArgumentParser
import Foundation
import Linux
import Wire

struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a campaign has ended, or until the coordinator is ready.",
        discussion: """
            Ends with 0 when every task of the campaign has its result, with 1 when some failed
            or the campaign was halted or cancelled, and with 124 when the time is up.

            EXAMPLES
              duet wait campaign bouncing-balls --timeout 600
              duet wait ready --workers 2
            """,
        subcommands: [WaitCampaign.self, WaitReady.self])
}

struct WaitCampaign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Wait until a campaign has ended.")

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "Its name or number.")
    var campaign: String

    @Option(help: "Seconds to wait at most.")
    var timeout: Int?

    @Flag(help: "Say nothing while waiting.")
    var quiet = false

    func run() throws {
        try reportingFailures {
            let shown = try waitForCampaign(
                campaign, at: address.endpoint, timeout: timeout, quiet: quiet)
            let failed = shown.tasks.failed
            if !quiet {
                print(
                    "campaign \(shown.name) is \(shown.state): \(shown.tasks.completed) of "
                        + "\(shown.tasks.total) tasks have a result, \(failed) failed")
            }
            guard shown.state == "completed", failed == 0 else {
                throw Failure.work(
                    shown.state == "completed"
                        ? "\(failed) tasks failed; `duet task list \(shown.name) --state failed` "
                            + "shows them"
                        : "campaign \(shown.name) is \(shown.state): \(shown.reason)")
            }
        }
    }
}

struct WaitReady: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready", abstract: "Wait until a coordinator answers and workers are there.")

    @OptionGroup var address: CoordinatorAddress

    @Option(help: "Workers to wait for.")
    var workers = 0

    @Option(help: "Seconds to wait at most.")
    var timeout = 60

    func run() throws {
        try reportingFailures {
            try waitUntilReady(address.endpoint, workers: workers, seconds: timeout)
        }
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
            throw Failure(
                code: 124, message: "the coordinator at \(endpoint) is not ready in time")
        }
        _ = try? Interest.wait(for: [], until: Clock.monotonic + 50_000_000)
    }
}

/// Asks until the campaign has ended or halted; a coordinator that restarts is waited for.
func waitForCampaign(
    _ campaign: String, at endpoint: String, timeout: Int?, quiet: Bool
) throws -> Answers.Campaign {
    let start = Clock.monotonic
    var nextLine = start
    var pause: Int64 = 20_000_000
    while true {
        do {
            var client = try Client(endpoint)
            let shown = try decodeAnswer(
                Answers.Campaign.self, from: try client.query(.campaign(campaign)))
            if ["completed", "cancelled", "halted"].contains(shown.state) { return shown }
            if !quiet, Clock.monotonic >= nextLine {
                nextLine = Clock.monotonic + 5_000_000_000
                let done = shown.tasks.completed + shown.tasks.failed + shown.tasks.cancelled
                print("\(shown.name): \(done) of \(shown.tasks.total) tasks ended")
            }
        } catch let failure as Failure where failure.code == 5 {
            if !quiet { print("\(failure.message); still waiting") }
        }
        if let timeout, Clock.monotonic - start > Int64(timeout) * 1_000_000_000 {
            throw Failure(
                code: 124, message: "campaign \(campaign) has not ended within \(timeout) s")
        }
        pause = min(pause * 2, 500_000_000)
        _ = try? Interest.wait(for: [], until: Clock.monotonic + pause)
    }
}
