import Foundation
import Linux
import Postgres
import Testing
import Wire

extension EndToEnd {
    @Suite struct Engines {
        @Test(.timeLimit(.minutes(3)))
        func anEngineThatMisbehavesCostsItsAttemptsAndNothingElse() throws {
            let folder = try makeFolder()
            let engine = try BadEngine(in: folder)
            let layout = TestStack.Layout(engines: [engine.command])
            try withStack(layout, in: folder) { stack in
                let worker = stack.worker(1)
                #expect(worker != nil)
                for (fault, reasons) in Self.expected {
                    let ended = try engine.run(fault, on: stack)
                    #expect(ended.ending == .exited(1), "\(fault): \(ended.error)")
                    try expectExplanation(of: fault, holding: reasons, in: stack)
                    try eventually("what \(fault) had started was gone") {
                        engine.grandchildren.isEmpty && engine.processes.count <= 1
                    }
                }
                let good = try engine.run(.nothing, on: stack)
                #expect(good.succeeded, "\(good.error)")
                #expect(stack.worker(1) == worker, "the worker lives on")
            }
            #expect(engine.processes.isEmpty)
        }

        /// What a person must find in `duet task show` and `duet task logs`.
        private static let expected: [(BadEngine.Fault, [String])] = [
            (.garbage, ["wrote to its stdout what it may not", "Loading checkpoint shards"]),
            (.hang, ["the attempt outlived its time limit of 1"]),
            (.flood, ["the disk of the node is full", "the first line", "the last line"]),
            (.fork, ["signal 11 (Segmentation fault)", "CUDA error: device-side assert"]),
            (.exit, ["status 3", "ImportError: no module named torch"]),
        ]

        private func expectExplanation(
            of fault: BadEngine.Fault, holding reasons: [String], in stack: TestStack
        ) throws {
            let list = try stack.demand(
                "task", "list", "\(fault)", "--state", "failed", "-o", "json")
            let tasks = try decoded([Answers.Task].self, from: list)
            try #require(tasks.count == 1, "\(fault)")
            #expect(tasks[0].kind == "generate")
            #expect(tasks[0].failures == 2, "\(fault)")
            #expect(tasks[0].crashes == 0, "\(fault): the worker was not lost")
            #expect(tasks[0].error?.contains(reasons[0]) == true, "\(tasks[0].error ?? "none")")
            let shown =
                try stack.demand("task", "show", "\(tasks[0].id)")
                + stack.duet("task", "logs", "\(tasks[0].id)").output
            for reason in reasons { #expect(shown.contains(reason), "\(fault): \(shown)") }
            // Two attempts, each kept within its bound.
            #expect(shown.utf8.count < 3 << 20, "\(fault)")
            let failed = try stack.database.number(
                """
                select count(*) from attempts where task_id = \(tasks[0].id)
                    and outcome = 'failed' and message like \("%" + reasons[0] + "%")
                """)
            #expect(failed == 2, "\(fault)")
        }
    }
}
