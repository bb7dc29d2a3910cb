import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Wire

struct BenchRestart: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Kill the coordinator late in a replay and measure how soon it leases again.",
        discussion: "EXAMPLES\n  duet bench restart --prompts 30000 -o json")

    @Option(help: "Prompts of the replay.")
    var prompts = 30_000

    @Option(help: "The campaign to replay.")
    var campaign = "Jobs/replay/campaign.yaml"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() throws {
        let (campaign, prompts) = try replayCampaign(campaign, prompts: prompts)
        var result = BenchResult(bench: "restart")
        try withBenchStack(workers: 2, slots: 4) { stack in
            result = try measure(campaign, prompts, on: &stack)
        }
        try result.show(output)
    }

    private func measure(
        _ campaign: Campaign, _ prompts: [Prompt], on stack: inout Stack
    ) throws -> BenchResult {
        var client = try Client(stack.endpoints.coordinator)
        let submitted = try submit(campaign, prompts, with: &client)
        let tasks = Int(submitted.tasks)
        while true {
            let status = try decodeAnswer(Answers.Status.self, from: try client.query(.status))
            if status.completed * 10 >= tasks * 9 { break }
            _ = try? Interest.wait(for: [], until: Clock.monotonic + 20_000_000)
        }
        guard let victim = stack.processes.first(where: { $0.name == "coordinator" }) else {
            throw Failure.work("the coordinator is not running")
        }
        _ = kill(victim.pid, SIGKILL)
        let first = try firstLease(after: victim.pid, on: &stack)
        let ended = try waitForCampaign(
            campaign.name, at: stack.endpoints.coordinator, timeout: 600, quiet: true)
        let completed = ended.at("tasks.completed").integer ?? 0
        guard completed == tasks else {
            throw Failure.work("\(completed) of \(tasks) tasks have a result")
        }
        var result = BenchResult(bench: "restart")
        result.prompts = prompts.count
        result.tasks = tasks
        result.firstDispatchMs = first
        return result
    }

    /// Milliseconds from the new coordinator's start to its first lease, by its own count.
    private func firstLease(after pid: Int32, on stack: inout Stack) throws -> Double {
        let deadline = Clock.monotonic + 60_000_000_000
        while Clock.monotonic < deadline {
            stack.tend()
            var client = try Client(stack.endpoints.coordinator)
            if let json = try? client.query(.status, patience: 200),
                let status = try? decodeAnswer(Answers.Status.self, from: json),
                status.pid != pid, let first = status.firstLeaseMs
            {
                return Double(first)
            }
            _ = try? Interest.wait(for: [], until: Clock.monotonic + 20_000_000)
        }
        throw Failure.work("no coordinator leased anything within 60 s")
    }
}
