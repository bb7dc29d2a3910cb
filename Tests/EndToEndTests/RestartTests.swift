import Foundation
import Linux
import Postgres
import Testing

extension EndToEnd {
    @Suite struct Restart {
        @Test(.timeLimit(.minutes(2)), arguments: [false, true])
        func runningTasksAreAdoptedWhenTheCoordinatorIsKilled(hasStandby: Bool) throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            let layout = TestStack.Layout(
                workers: 2, slots: 2, engines: [gate.command], hasStandby: hasStandby)
            try withStack(layout, in: folder) { stack in
                try gate.submit("held", prompts: 4, to: stack)
                try eventually("four clips were being made") { gate.runs.count == 4 }
                let first = try stack.database.leader()
                kill(first.pid, SIGKILL)
                try eventually("the next coordinator had both workers and their tasks") {
                    try stack.database.leader().epoch > first.epoch
                        && stack.runningTasks() == 4
                }
                gate.open()
                try stack.demand("wait", "campaign", "held", "--timeout", "60", "--quiet")

                #expect(gate.runs.count == 8)
                #expect(Set(gate.runs) == GateEngine.everyRun(prompts: 4))
                // One attempt each, begun under the first coordinator and ended under the second.
                let clips = try stack.database.numbers(
                    """
                    select count(*), max(number), max(epoch), sum(failures)::int,
                        sum(crashes)::int from tasks
                        where kind = 'generate' and state = 'completed'
                    """)
                #expect(clips == [4, 1, first.epoch, 0, 0])
                #expect(try stack.database.number("select count(*) from candidates") == 4)
                #expect(try stack.database.number("select count(*) from scores") == 4)
            }
        }
    }
}
