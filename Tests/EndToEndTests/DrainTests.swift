import Foundation
import Linux
import Postgres
import Testing

extension EndToEnd {
    @Suite struct Drain {
        @Test(.timeLimit(.minutes(2)))
        func theFirstSignalLetsRunningTasksFinishAndGivesTheOthersBack() throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            try withStack(.init(workers: 0), in: folder) { stack in
                let first = try worker("first", gate, stack)
                try gate.submit("drained", prompts: 3, to: stack)
                try eventually("the first clip was being made") { gate.runs.count == 1 }
                let running = try #require(gate.runs.first?.split(separator: " ")[1])
                first.signal(SIGTERM)
                try first.waitUntilItSays("draining")
                gate.open(String(running))
                #expect(try first.end() == .exited(0))
                #expect(gate.runs.count == 1, "it began nothing after the signal")
                #expect(try makers(stack) == ["first"])

                let second = try worker("second", gate, stack)
                gate.open()
                try stack.demand("wait", "campaign", "drained", "--timeout", "60", "--quiet")
                #expect(gate.runs.count == 6, "\(gate.runs)")
                #expect(try makers(stack) == ["first", "second", "second"])
                try expectNoBlame(stack)
                second.signal(SIGTERM)
                #expect(try second.end() == .exited(0))
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func theSecondSignalStopsAtOnceAndGivesTheRunningTaskBack() throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            try withStack(.init(workers: 0), in: folder) { stack in
                let first = try worker("first", gate, stack)
                try gate.submit("stopped", prompts: 2, to: stack)
                try eventually("the first clip was being made") { gate.runs.count == 1 }
                first.signal(SIGTERM)
                try first.waitUntilItSays("draining")
                first.signal(SIGTERM)
                #expect(try first.end() == .exited(0))
                #expect(gate.processes.isEmpty, "its engines end with it")
                #expect(try makers(stack) == [])

                let second = try worker("second", gate, stack)
                gate.open()
                try stack.demand("wait", "campaign", "stopped", "--timeout", "60", "--quiet")
                #expect(try makers(stack) == ["second", "second"])
                try expectNoBlame(stack)
                second.signal(SIGTERM)
                #expect(try second.end() == .exited(0))
            }
        }

        private func worker(
            _ name: String, _ gate: GateEngine, _ stack: TestStack
        ) throws -> Service {
            let worker = try stack.startWorker(
                name, ["--slots", "1", "--engine", gate.command])
            try worker.waitUntilItSays("attached to the coordinator")
            return worker
        }

        /// Who made the clips that are committed, sorted.
        private func makers(_ stack: TestStack) throws -> [String] {
            try stack.database.rows(
                """
                select identity from tasks join workers on workers.id = worker_id
                    where kind = 'generate' and tasks.state = 'completed' order by 1
                """
            ).map { try $0.value(0) }
        }

        /// Giving back is neither a failure nor a crash.
        private func expectNoBlame(_ stack: TestStack) throws {
            let blame = try stack.database.numbers(
                "select sum(failures)::int, sum(crashes)::int from tasks")
            #expect(blame == [0, 0])
        }
    }
}
