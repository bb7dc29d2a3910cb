import ArgumentParser
import Console
import Scheduling
import Wire
import Words

/// Which campaigns a command changes.
struct CampaignTargets: ParsableArguments {
    @OptionGroup var address: CoordinatorAddress

    @Argument(
        help: "The campaigns: a number, a name, a list like 3-7,9, last or all.",
        completion: .custom(Completion.campaigns))
    var campaign: String

    /// Asks for consent where there is something to lose, then sends the request for each.
    ///
    /// With `all`, campaigns that the request makes no sense for are left alone.
    func change(
        asking consent: Consent? = nil, which isMeant: (Value) -> Bool = { _ in true },
        loss: (Value) -> String = { _ in "" }, _ request: (String) -> Request
    ) throws {
        var client = try Client(address.endpoint)
        var rows = try client.campaigns(campaign)
        if campaign == "all" { rows = rows.filter(isMeant) }
        if rows.isEmpty { return remark("There is no campaign that this concerns.") }
        // What the coordinator will refuse loses nothing, and its refusal says why.
        let losses = rows.filter(isMeant).map { "campaign \($0["name"].plain): \(loss($0))" }
        if !losses.isEmpty { try consent?.demand(losses) }
        var failures: [Failure] = []
        for row in rows {
            do {
                say(try client.done(request(row["name"].plain)))
            } catch let failure as Failure where rows.count > 1 {
                remark(failure.message)
                failures.append(failure)
            }
        }
        if let first = failures.first {
            throw Failure(
                code: first.code,
                message: "\(failures.count) of \(counted(rows.count, "campaign")) did not change")
        }
    }
}

struct CampaignPause: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Start nothing new of a campaign; what runs finishes, and all state is kept.",
        discussion: "EXAMPLES\n  duet campaign pause first\n  duet campaign pause all")

    @OptionGroup var targets: CampaignTargets

    func run() throws {
        try targets.change(which: isLive) { .campaign($0, .pause) }
    }
}

struct CampaignResume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a campaign that was paused, or halted by its failure budget.",
        discussion: "EXAMPLES\n  duet campaign resume first")

    @OptionGroup var targets: CampaignTargets

    func run() throws {
        try targets.change(which: { ["paused", "halted"].contains($0["state"].plain) }) {
            .campaign($0, .resume)
        }
    }
}

struct CampaignCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a campaign: running tasks finish, waiting tasks are removed.",
        discussion: """
            Results that exist stay. `duet campaign kill` stops running tasks too.

            EXAMPLES
              duet campaign cancel first
              duet campaign cancel 3-7,9 --yes
            """)

    @OptionGroup var targets: CampaignTargets
    @OptionGroup var consent: Consent

    func run() throws {
        try targets.change(
            asking: consent, which: isLive,
            loss: { row in
                "\(counted(running(row), "running task")) will finish, "
                    + "\(counted(left(row), "waiting task")) are removed"
            }
        ) { .campaign($0, .cancel) }
    }
}

struct CampaignKill: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "End a campaign at once: running tasks are stopped and their work is lost.",
        discussion: """
            Results that exist stay. `duet campaign cancel` lets running tasks finish.

            EXAMPLES
              duet campaign kill first
            """)

    @OptionGroup var targets: CampaignTargets
    @OptionGroup var consent: Consent

    func run() throws {
        try targets.change(
            asking: consent, which: isLive,
            loss: { row in
                "\(counted(running(row), "running task")) are stopped and their work is lost, "
                    + "\(counted(left(row), "waiting task")) are removed"
            }
        ) { .campaign($0, .kill) }
    }
}

struct CampaignRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run the failed tasks of a campaign again, and what was skipped with them.",
        discussion: """
            Each has all its attempts before it again. A campaign that was completed or halted \
            runs again.

            EXAMPLES
              duet campaign retry first
              duet task retry --campaign first --filter 'kind=score'   # only some of them
            """)

    @OptionGroup var targets: CampaignTargets

    func run() throws {
        try targets.change(which: { ($0.at("tasks.failed").integer ?? 0) > 0 }) {
            .campaign($0, .retry)
        }
    }
}

struct CampaignDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove an ended campaign with its tasks, scores and pairs, for ever.",
        discussion: """
            A campaign that has not ended is to be cancelled before.

            EXAMPLES
              duet campaign delete first
            """)

    @OptionGroup var targets: CampaignTargets
    @OptionGroup var consent: Consent

    func run() throws {
        try targets.change(
            asking: consent,
            which: { ["completed", "cancelled"].contains($0["state"].plain) },
            loss: { row in
                "\(counted(row.at("tasks.total").integer ?? 0, "task")) with their results and "
                    + "\(counted(row["pairs"].integer ?? 0, "pair")) are removed for ever"
            }
        ) { .delete($0) }
    }
}

/// Whether there is something of the campaign left to run.
private func isLive(_ row: Value) -> Bool {
    ["running", "paused", "halted", "cancelling"].contains(row["state"].plain)
}

private func running(_ row: Value) -> Int64 { row["running"].integer ?? 0 }

/// Tasks that have not ended and do not run.
private func left(_ row: Value) -> Int64 {
    let counts = row["tasks"]
    let ended = ["completed", "failed", "cancelled", "skipped"].reduce(Int64(0)) {
        $0 + (counts[$1].integer ?? 0)
    }
    return max(0, (counts["total"].integer ?? 0) - ended - running(row))
}
