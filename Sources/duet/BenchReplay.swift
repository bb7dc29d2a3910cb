import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Wire

struct BenchReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay a campaign at the paper's scale: 30 000 prompts are 600 001 tasks.",
        usage: "duet bench replay [<options>]",
        discussion: "EXAMPLES\n  duet bench replay --prompts 30000 -o json")

    @Option(help: "Prompts; each is 3 generated candidates and the ground truth, scored 4 times.")
    var prompts = 30_000

    @Option(help: "Worker processes.")
    var workers = 2

    @Option(help: "Slots of each worker.")
    var slots: Int32 = 4

    @Option(help: "The campaign to replay.")
    var campaign = "Jobs/replay/campaign.yaml"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() throws {
        let (campaign, prompts) = try replayCampaign(campaign, prompts: prompts)
        var result = BenchResult(bench: "replay")
        try withBenchStack(workers: workers, slots: slots) { stack in
            result = try measureReplay(campaign, prompts, on: stack)
        }
        try result.show(output)
    }
}

/// Submits a campaign, waits for its end, and returns what that took.
func measureReplay(
    _ campaign: Campaign, _ prompts: [Prompt], on stack: borrowing Stack
) throws -> BenchResult {
    let events = try EventListener(stack.endpoints.events)
    var client = try Client(stack.endpoints.coordinator)
    let before = processorTimes(stack)
    let start = Clock.monotonic
    let submitted = try submit(campaign, prompts, with: &client)
    try events.waitForCompletion(of: submitted.campaign, seconds: 3600)
    let seconds = Double(Clock.monotonic - start) / 1e9
    let after = processorTimes(stack)
    let status = try decodeAnswer(
        Answers.Status.self, from: try client.query(.status))
    let tasks = Int(submitted.tasks)
    guard status.completed >= tasks else {
        throw Failure.work("only \(status.completed) of \(tasks) results are committed")
    }
    var result = BenchResult(bench: "replay")
    result.prompts = prompts.count
    result.tasks = tasks
    result.seconds = hundredth(seconds)
    result.tasksPerSecond = (Double(tasks) / seconds).rounded()
    result.coordinatorPeakMb = status.peakMb
    result.cpuUsPerTask = each(tasks, from: before, to: after)
    return result
}
