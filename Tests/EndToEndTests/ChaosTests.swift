import Foundation
import Linux
import Postgres
import Preferences
import Testing

extension EndToEnd {
    @Suite struct Chaos {
        /// Who is killed in a round.
        private enum Victim: CaseIterable {
            case worker, coordinator, postgres
        }

        @Test(.timeLimit(.minutes(4)), arguments: [20_260_301 as UInt64])
        func everyTaskEndsOnceAlthoughProcessesAreKilled(seed: UInt64) throws {
            var random = SplitMix64(seed: seed)
            let layout = TestStack.Layout(workers: 3, isInstant: true, hasStandby: true)
            try withStack(layout) { stack in
                let replay = try Replay("chaos", prompts: 4000, in: stack)
                try replay.submit(to: stack)
                var killed: Set<Int32> = []
                let turns = Array(repeating: Victim.allCases, count: 3).flatMap { $0 }
                for victim in (turns + [.coordinator]).shuffled(using: &random) {
                    // So many more results than there are now: it works again after the last kill.
                    let results =
                        try reached(1, in: stack) + Int.random(in: 100...2000, using: &random)
                    let found = try reached(results, in: stack)
                    try #require(found < replay.tasks, "the campaign ended before all rounds")
                    let pid = try awaited("a \(victim) ran to be killed") { () -> Int32? in
                        let pid = try process(of: victim, in: stack, &random)
                        return pid.flatMap { killed.contains($0) ? nil : $0 }
                    }
                    #expect(kill(pid, SIGKILL) == 0)
                    killed.insert(pid)
                }
                #expect(killed.count == 10)
                try replay.wait(in: stack)
                try expectEverythingOnce(replay, in: stack)
                let failures = try stack.database.number(
                    "select coalesce(sum(failures), 0)::bigint from tasks where kind <> 'rank'")
                #expect(failures == 0, "a kill is no failure of the task")
                try expectWhole(stack)
            }
        }

        /// Waits until so many results are committed, and returns how many are.
        private func reached(_ results: Int, in stack: TestStack) throws -> Int {
            try awaited("\(results) results were committed") {
                stack.database.completed.flatMap { $0 >= results ? $0 : nil }
            }
        }

        /// A process that plays the part; nil while nobody does.
        private func process(
            of victim: Victim, in stack: TestStack, _ random: inout SplitMix64
        ) throws -> Int32? {
            switch victim {
            case .worker:
                stack.worker(Int.random(in: 1...stack.layout.workers, using: &random))
            // The database may not be back from the last kill.
            case .coordinator: (try? stack.database.leader())?.pid
            case .postgres: stack.postmaster
            }
        }

        /// Everything that was killed has been started again.
        private func expectWhole(_ stack: TestStack) throws {
            try eventually("all three workers were attached again") {
                try stack.database.number(
                    "select count(*) from workers where state = 'ready'") == 4
            }
            try eventually("a coordinator stood by again") {
                SystemProcess.mentioning("\(stack.folder)/coordinator ").filter {
                    $0.commandLine.contains(" coordinator --database")
                }.count == 2
            }
        }
    }
}
