import Foundation
import Linux
import Postgres
import Testing

extension EndToEnd {
    @Suite struct Up {
        @Test(.timeLimit(.minutes(2)))
        func aSecondStackInTheSameFolderIsRefused() throws {
            try withStack(.init(isInstant: true)) { stack in
                let second = try stack.duet("up", "--folder", stack.folder, "--instant")
                #expect(second.ending == .exited(4))
                #expect(second.error.contains("a stack is running in \(stack.folder) already"))
                #expect(second.error.contains("process \(stack.up.pid)"))
                #expect(stack.up.ending == nil)
                try stack.demand("campaign", "list")
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func aStackThatWasStoppedKnowsItsCampaignsWhenItIsStartedAgain() throws {
            try withStack(.init(workers: 2, isInstant: true, hasStandby: true)) { stack in
                let replay = try Replay("kept", prompts: 20, in: stack)
                try replay.submit(to: stack)
                try replay.wait(in: stack)
                stack.up.signal(SIGTERM)
                #expect(try stack.up.end() == .exited(0))
                #expect(SystemProcess.mentioning(stack.folder).isEmpty)
                #expect(!stack.up.log.contains("starting it again"))

                try stack.startAgain()
                let shown = try stack.demand("campaign", "show", "kept")
                #expect(shown.contains("campaign kept (1): completed"))
                #expect(try replay.submit(to: stack).contains("unchanged"))
                try expectEverythingOnce(replay, in: stack)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func aStackThatWasKilledLeavesNoProcessesButPostgresAndStartsAgain() throws {
            try withStack(.init(workers: 2, isInstant: true)) { stack in
                let replay = try Replay("survivor", prompts: 1000, in: stack)
                try replay.submit(to: stack)
                try eventually("results were committed") {
                    stack.database.completed.map { $0 > 1000 } ?? false
                }
                let postmaster = stack.postmaster
                stack.up.signal(SIGKILL)
                #expect(try stack.up.end() == .signalled(SIGKILL))
                try eventually("its coordinator and workers had ended") {
                    SystemProcess.mentioning(stack.folder).allSatisfy { $0.pid == postmaster }
                }

                try stack.startAgain()
                #expect(stack.postmaster == postmaster, "the server is taken over")
                try replay.wait(in: stack)
                try expectEverythingOnce(replay, in: stack)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func aSecondSignalStopsTheWholeStackWithoutWaitingForTasks() throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            try withStack(.init(engines: [gate.command]), in: folder) { stack in
                try gate.submit("long", prompts: 1, to: stack)
                try eventually("a clip was being made") { gate.runs.count == 1 }
                stack.up.signal(SIGTERM)
                try stack.up.waitUntilItSays("stopping: running tasks finish")
                stack.up.signal(SIGTERM)
                #expect(try stack.up.end(within: 20) == .exited(0))
                #expect(SystemProcess.mentioning(folder).isEmpty)

                gate.open()
                try stack.startAgain()
                try stack.demand("wait", "campaign", "long", "--timeout", "60", "--quiet")
                let blame = try stack.database.numbers(
                    "select sum(failures)::int, sum(crashes)::int from tasks")
                #expect(blame == [0, 0])
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func aStackThatIsStoppedWhilePostgresIsDeadStillStopsInGoodOrder() throws {
            try withStack(.init(workers: 2, isInstant: true)) { stack in
                let replay = try Replay("interrupted", prompts: 1500, in: stack)
                try replay.submit(to: stack)
                try eventually("results were committed") {
                    stack.database.completed.map { $0 > 1000 } ?? false
                }
                // So that it hears of both at once, whatever it looks at first.
                stack.up.signal(SIGSTOP)
                kill(try #require(stack.postmaster), SIGKILL)
                stack.up.signal(SIGTERM)
                stack.up.signal(SIGCONT)
                #expect(try stack.up.end() == .exited(0))
                #expect(SystemProcess.mentioning(stack.folder).isEmpty)

                try stack.startAgain()
                try replay.wait(in: stack)
                try expectEverythingOnce(replay, in: stack)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func anEngineThatCannotStartEndsTheStackWithTheReason() throws {
            let folder = try makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let outcome = try DuetProgram.run(
                ["up", "--folder", folder, "--engine", "no-such-engine --fast"])
            #expect(outcome.ending == .exited(1))
            #expect(outcome.error.contains("no-such-engine"), "\(outcome.error)")
            #expect(SystemProcess.mentioning(folder).isEmpty)
        }
    }
}
