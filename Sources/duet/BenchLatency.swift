import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Wire

struct BenchLatency: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Measure one task on an idle system, from submission to its committed result.",
        discussion: """
            A task passes four messages between processes and two commits. exchange_p50_ms is what \
            two messages take here, to the coordinator and back with nothing to do: it tells how \
            much of the rest is this machine's way of waking processes.

            EXAMPLES
              duet bench latency --count 1000 -o json
            """)

    @Option(help: "How many to measure, one after another.")
    var count = 1000

    @Option(help: "The campaign whose generator is used.")
    var campaign = "Jobs/replay/campaign.yaml"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() throws {
        var (campaign, prompts) = try replayCampaign(campaign, prompts: 1)
        campaign.generate.numSamples = 1
        campaign.generate.includeReference = false
        campaign.score = Campaign.Score(rewards: [])
        var times: [Double] = []
        var exchanges: [Double] = []
        var used: [String: Double] = [:]
        try withBenchStack(workers: 1, slots: 1) { stack in
            let events = try EventListener(stack.endpoints.events)
            var client = try Client(stack.endpoints.coordinator)
            var before: [String: Int64] = [:]
            for number in 0..<count + 20 {
                if number == 20 { before = processorTimes(stack) }
                campaign.name = "latency-\(number)"
                let start = Clock.monotonic
                let submitted = try submit(campaign, prompts, with: &client)
                try events.waitForCompletion(of: submitted.campaign, seconds: 10)
                // The first ones warm caches and statements up.
                if number >= 20 { times.append(Double(Clock.monotonic - start) / 1e6) }
            }
            used = each(count, from: before, to: processorTimes(stack))
            for _ in 0..<count {
                let start = Clock.monotonic
                _ = try client.ask(.hello, patience: 2000)
                exchanges.append(Double(Clock.monotonic - start) / 1e6)
            }
        }
        times.sort()
        exchanges.sort()
        var result = BenchResult(bench: "latency")
        result.tasks = count
        result.p50Ms = hundredth(times[times.count / 2])
        result.p99Ms = hundredth(times[times.count * 99 / 100])
        result.exchangeP50Ms = hundredth(exchanges[exchanges.count / 2])
        result.cpuUsPerTask = used
        try result.show(output)
    }
}
