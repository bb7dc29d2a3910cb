import Foundation
import Linux
import Testing

extension EndToEnd {
    @Suite struct Failover {
        /// The lease is ten seconds; the log shows that nobody waited for its end.
        @Test(.timeLimit(.minutes(2)))
        func aWorkerTurnsToACoordinatorElsewhereAtOnce() throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            try withStack(.init(workers: 0), in: folder) { stack in
                let elsewhere = "ipc://\(folder)/elsewhere"
                let standby = try Service(
                    "standby",
                    command: [
                        DuetProgram.path, "coordinator", "--database",
                        stack.database.conninfo, "--listen", elsewhere, "--events",
                        "ipc://\(folder)/elsewhere-events", "--artifacts",
                        "\(folder)/artifacts",
                    ], log: "\(folder)/standby.log")
                let worker = try Service(
                    "mobile",
                    command: [
                        DuetProgram.path, "worker", "start", "--coordinator",
                        "\(stack.endpoint),\(elsewhere)", "--name", "mobile", "--folder",
                        "\(folder)/mobile", "--artifacts", "\(folder)/artifacts", "--engine",
                        gate.command,
                    ], log: "\(folder)/mobile.log")
                try gate.submit("held", prompts: 1, to: stack)
                try eventually("the clip was being made") { gate.runs.count == 1 }
                // Nobody starts the first coordinator again.
                stack.up.signal(SIGSTOP)
                kill(try stack.database.leader().pid, SIGKILL)
                try eventually("the worker was attached elsewhere") {
                    standby.log.contains("worker mobile registered")
                }
                gate.open()
                let waited = try DuetProgram.run(
                    ["wait", "campaign", "held", "--timeout", "60"],
                    environment: ["DUET_COORDINATOR": elsewhere])
                #expect(waited.succeeded, "\(waited.error)")
                #expect(gate.runs == ["generate p1 1", "score p1 1"])
                #expect(worker.log.contains("is gone; trying the next"))
                for service in [worker, standby] {
                    service.signal(SIGTERM)
                    _ = try service.end(within: 30)
                }
            }
        }
    }
}
