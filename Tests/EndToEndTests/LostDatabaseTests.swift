import Foundation
import Linux
import Postgres
import Testing

extension EndToEnd {
    @Suite struct LostDatabase {
        @Test(.timeLimit(.minutes(3)))
        func aDatabaseThatGoesAwayIsWaitedForAndNothingIsLost() throws {
            try withStack(.init(workers: 2, isInstant: true)) { stack in
                let replay = try Replay("patient", prompts: 1500, in: stack)
                try replay.submit(to: stack)
                try eventually("results were committed") {
                    stack.database.completed.map { $0 > 1000 } ?? false
                }
                let coordinator = try stack.database.leader().pid
                let waiting = try Service(
                    "duet wait",
                    command: [
                        DuetProgram.path, "wait", "campaign", replay.name, "--coordinator",
                        stack.endpoint,
                    ], log: "\(stack.folder)/wait.log")
                try waiting.waitUntilItSays("tasks have a result")
                // Nobody starts Postgres again before the test says so.
                stack.up.signal(SIGSTOP)
                kill(try #require(stack.postmaster), SIGKILL)
                try eventually("the coordinator said that the database is away") {
                    stack.log("coordinator").contains("the database cannot be used yet")
                }
                #expect(stack.log("coordinator").contains("starting again from what is durable"))
                stack.up.signal(SIGCONT)

                try eventually("a coordinator led again") {
                    stack.database.numberIfReachable("select epoch from leadership")
                        .map { $0 > 1 } ?? false
                }
                #expect(try stack.database.leader().pid == coordinator, "it did not end for it")
                #expect(try waiting.end(within: 120) == .exited(0), "\(waiting.log)")
                try expectEverythingOnce(replay, in: stack)
                #expect(stack.up.log.contains("Postgres has died; starting it again"))
                let blame = try stack.database.numbers(
                    "select sum(failures)::int, sum(crashes)::int from tasks where kind <> 'rank'")
                #expect(blame == [0, 0])
            }
        }
    }
}
