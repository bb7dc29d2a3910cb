import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux

struct BenchWatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Compare the replay with three people watching to the replay without.",
        discussion: """
            The watchers are `duet top` on a terminal, `duet campaign watch` and a listing that is \
            shown again and again. Both sorts of replay take turns.

            EXAMPLES
              duet bench watch --prompts 30000 --rounds 3 -o json
            """)

    @Option(help: "Prompts; each is 3 generated candidates and the ground truth, scored 4 times.")
    var prompts = 30_000

    @Option(help: "Replays of each sort.")
    var rounds = 3

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() throws {
        let (campaign, prompts) = try replayCampaign("Jobs/replay/campaign.yaml", prompts: prompts)
        var result = BenchResult(bench: "watch")
        var seconds: [Bool: Double] = [:]
        for round in 0..<rounds * 2 {
            let isWatched = !round.isMultiple(of: 2)
            try withBenchStack(workers: 2, slots: 4) { stack in
                let watchers =
                    isWatched
                    ? try Watchers(of: campaign.name, at: stack.endpoints.coordinator) : nil
                let replay = try measureReplay(campaign, prompts, on: stack)
                try watchers?.end()
                seconds[isWatched, default: 0] += replay.seconds ?? 0
                result.tasks = replay.tasks
            }
        }
        let tasks = Double((result.tasks ?? 0) * rounds)
        let (alone, watched) = (tasks / (seconds[false] ?? 1), tasks / (seconds[true] ?? 1))
        result.prompts = prompts.count
        result.tasksPerSecond = alone.rounded()
        result.watchedTasksPerSecond = watched.rounded()
        result.watchedRatio = (watched / alone * 1000).rounded() / 1000
        try result.show(output)
    }
}

/// People who look at a campaign while it runs.
private struct Watchers {
    private final class Watcher {
        var process: ChildProcess
        let mayEnd: Bool

        init(_ process: consuming ChildProcess, mayEnd: Bool) {
            self.process = process
            self.mayEnd = mayEnd
        }
    }

    private let watchers: [Watcher]

    init(of campaign: String, at coordinator: String) throws {
        let duet = CommandLine.executablePath
        let commands = [
            // Without a terminal there is no screen to draw.
            ["script", "-qfec", "\(duet) top", "/dev/null"],
            ["sh", "-c", "exec \(duet) campaign list --watch"],
            ["sh", "-c", "until \(duet) campaign watch \(campaign); do sleep 0.2; done"],
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["DUET_COORDINATOR"] = coordinator
        environment["TERM"] = "xterm-256color"
        watchers = try commands.enumerated().map { index, command in
            var request = SpawnRequest(command: command, environment: environment)
            request.output = .null
            request.error = .null
            request.endsWithParent = true
            // The last follows one campaign, and ends with it.
            return Watcher(try ChildProcess.spawn(request), mayEnd: index == commands.count - 1)
        }
    }

    /// Ends them; throws when one was not watching.
    func end() throws {
        for (index, watcher) in watchers.enumerated() {
            let early = watcher.process.poll()
            watcher.process.signalGroup(Signals.kill)
            _ = watcher.process.wait()
            if let early, !(watcher.mayEnd && early == .exited(0)) {
                throw Failure.work("watcher \(index + 1) ended early (\(early))")
            }
        }
    }
}
