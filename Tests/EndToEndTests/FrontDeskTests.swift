import Foundation
import Linux
import Postgres
import Scheduling
import Testing
import Wire

extension EndToEnd {
    /// What people ask and wish, answered by a real coordinator.
    @Suite struct FrontDesk {
        @Test(.timeLimit(.minutes(3)))
        func aFailureIsExplainedCostedTriedAgainAndDeleted() throws {
            let folder = try makeFolder()
            let engine = try BadEngine(in: folder)
            let layout = TestStack.Layout(engines: [engine.command])
            try withStack(layout, in: folder) { stack in
                #expect(try engine.run(.exit, on: stack).ending == .exited(1))
                #expect(try engine.run(.nothing, on: stack).succeeded)
                var desk = try RawPeer("desk", to: stack.endpoint)
                try expectListings(&desk)
                try expectReasons(&desk)
                try expectRetry(&desk, stack)
                try expectDeletion(&desk, stack)
            }
        }

        private func expectListings(_ desk: inout RawPeer) throws {
            let campaigns: [Answers.Campaign] = try desk.query(.campaigns)
            #expect(campaigns.map(\.name) == ["exit", "nothing"])
            #expect(campaigns.map(\.tasks.total) == [3, 3])
            #expect(campaigns.map(\.tasks.failed) == [1, 0])
            #expect(campaigns.map(\.tasks.skipped) == [1, 0])
            #expect(campaigns.map(\.tasks.ended) == [3, 3])
            #expect(campaigns.map(\.prompts) == [1, 1])
            // The beginning of a name is enough where it is the only one.
            #expect(try desk.query(.campaign("no"), as: Answers.Campaign.self).id == 2)
            let file = try desk.query(.campaignFile("exit"))
            #expect(file.contains("bad/exit"))
            let cost: Answers.Cost = try desk.query(.cost("nothing"))
            #expect(cost.rows.map(\.kind) == ["generate", "score", "rank"])
            #expect(cost.candidates == 1)
            #expect(cost.secondsPerCandidate == cost.total.seconds)
            let workers: [Answers.Worker] = try desk.query(.workers)
            #expect(workers.map(\.name) == ["coordinator", "worker-1"])
            #expect(workers[1].completed == 2)
            #expect(workers[1].failed == 2)
            #expect(workers[1].build == WireProtocol.build)
            // Its own engine's rewards stand beside these.
            let provides = workers[1].provides.filter { $0.hasSuffix("bad/*") }
            #expect(provides == ["generate/bad/*", "score/bad/*"])
            let worker: Answers.WorkerDetail = try desk.query(.worker("worker-1"))
            #expect(worker.sentences == ["1 slot is free: no campaign is under way"])
            let status: Answers.Status = try desk.query(.status)
            #expect(status.workers == 1)
            #expect(status.databaseMs ?? -1 >= 0)
            let failed = try desk.query(
                .events(campaign: "", filter: "kind = task_failed", after: -1, limit: 10),
                as: [Answers.Event].self)
            #expect(failed.map(\.campaign) == ["exit"])
            #expect(failed.map(\.worker) == ["worker-1"])
        }

        private func expectReasons(_ desk: inout RawPeer) throws {
            let why: Answers.Why = try desk.query(.why("exit"))
            #expect(why.sentences.last?.contains("`duet campaign retry exit`") == true)
            try #require(why.groups.count == 1)
            #expect(why.groups[0].sentence.hasPrefix("failed 2 times: "))
            #expect(why.groups[0].logTail.contains("ImportError: no module named torch"))
            let tasks = try desk.query(
                .tasks(campaign: "", filter: "state=failed and failures>1", after: 0, limit: 10),
                as: [Answers.Task].self)
            try #require(tasks.map(\.id) == [why.groups[0].example])
            let task: Answers.TaskDetail = try desk.query(.task(tasks[0].id))
            #expect(task.attempts.map(\.outcome) == ["failed", "failed"])
            #expect(task.resources.cpus == 0.1)
            #expect(task.explanation.first?.hasPrefix("it failed 2 times") == true)
            let log: Answers.LogPage = try desk.query(
                .log(task: tasks[0].id, attempt: 1, after: 0))
            #expect(log.text == "ImportError: no module named torch\n")
            #expect(log.ended)
            let rest: Answers.LogPage = try desk.query(
                .log(task: tasks[0].id, attempt: 1, after: log.next))
            #expect(rest.text == "")
            let mistakes: [(Request, ProblemCode)] = [
                (.query(.campaign("neverwas")), .notFound), (.query(.campaign("")), .notFound),
                (.query(.tasks(campaign: "", filter: "stat = x", after: 0, limit: 1)), .usage),
                (.query(.log(task: tasks[0].id, attempt: 9, after: 0)), .notFound),
                (.query(.log(task: .max, attempt: 0, after: 0)), .notFound),
                (.query(.task(-1)), .notFound), (.query(.worker("w9")), .notFound),
                (.campaign("exit", .pause), .conflict), (.task(7, .retry), .notFound),
                (.task(tasks[0].id, .cancel), .conflict),
                (.worker("coordinator", .stop), .conflict),
            ]
            for (request, code) in mistakes {
                guard case .problem(code, let message) = try desk.ask(request) else {
                    Issue.record("\(request): \(try desk.ask(request))")
                    continue
                }
                #expect(message.count > 20, "\(message)")
            }
        }

        private func expectRetry(_ desk: inout RawPeer, _ stack: TestStack) throws {
            let reply = try desk.ask(.campaign("exit", .retry))
            let words = "campaign exit: 1 failed task and what follows from it is tried again"
            #expect(reply == .done(words))
            let again = try stack.duet("wait", "campaign", "exit", "--timeout", "100")
            #expect(again.ending == .exited(1))
            // Two attempts of before and two more; the ranking was made anew.
            let failed = try stack.database.numbers(
                """
                select count(*), (select count(*) from attempts where outcome = 'failed')
                    from tasks where state = 'failed'
                """)
            #expect(failed == [1, 4])
            #expect(
                try stack.database.tasks(of: "exit") == ["generate failed": 1, "rank completed": 1])
            let nothing = try desk.ask(.campaign("nothing", .retry))
            #expect(nothing == .done("nothing of campaign nothing has failed"))
        }

        private func expectDeletion(_ desk: inout RawPeer, _ stack: TestStack) throws {
            let logs = "\(stack.folder)/artifacts/logs/1"
            #expect(FileManager.default.fileExists(atPath: logs))
            guard case .done = try desk.ask(.delete("exit")) else {
                Issue.record("it was not deleted")
                return
            }
            let left: [Answers.Campaign] = try desk.query(.campaigns)
            #expect(left.map(\.name) == ["nothing"])
            try eventually("its rows and logs were gone") {
                let rows = stack.database.numberIfReachable(
                    """
                    select (select count(*) from tasks where task_campaign(id) = 1)
                        + (select count(*) from campaigns where id = 1)
                        + (select count(*) from prompts where campaign_id = 1)
                    """)
                return rows == 0 && !FileManager.default.fileExists(atPath: logs)
            }
            #expect(try stack.database.tasks(of: "nothing").values.reduce(0, +) == 3)
        }

        @Test(.timeLimit(.minutes(2)))
        func workersAreDrainedLabelledAndToldApart() throws {
            let folder = try makeFolder()
            let gate = try GateEngine(in: folder)
            let layout = TestStack.Layout(workers: 2, slots: 1, engines: [gate.command])
            try withStack(layout, in: folder) { stack in
                var desk = try RawPeer("desk", to: stack.endpoint)
                try gate.submit("held", prompts: 3, to: stack)
                try eventually("two clips were being made") { gate.runs.count == 2 }
                guard case .problem(.usage, let message) = try desk.ask(.worker("work", .drain))
                else {
                    Issue.record("one of two was chosen")
                    return
                }
                #expect(message.contains("worker-1 and worker-2"))
                for name in ["worker-1", "worker-2"] {
                    let reply = try desk.ask(.worker(name, .drain))
                    #expect(
                        reply
                            == .done(
                                "worker \(name) gets no new tasks; 1 running task will finish and "
                                    + "0 tasks that wait in it go to others"))
                }
                let why: Answers.Why = try desk.query(.why("held"))
                #expect(
                    why.sentences.contains("all 2 workers attached are cordoned or draining"),
                    "\(why.sentences)")
                gate.open()
                try eventually("both had finished") { try stack.runningTasks() == 0 }
                let labelled = try desk.ask(
                    .worker("worker-2", .label(set: ["zone": "b"], remove: [])))
                #expect(labelled == .done("worker worker-2 has the labels zone=b"))
                // All of it is known to the next coordinator.
                kill(try stack.database.leader().pid, SIGKILL)
                try eventually("the next coordinator knew both workers") {
                    let outcome = try stack.duet("worker", "list", "-o", "json")
                    guard outcome.succeeded else { return false }
                    let workers = try decoded([Answers.Worker].self, from: outcome.output)
                    let known = workers.filter { $0.cordoned && $0.silenceMs != nil }
                    return known.count == 2
                        && known.first { $0.name == "worker-2" }?.labels == ["zone": "b"]
                }
                var next = try RawPeer("next", to: stack.endpoint)
                #expect(gate.runs.count == 2)
                for name in ["worker-1", "worker-2"] {
                    #expect(
                        try next.ask(.worker(name, .uncordon))
                            == .done("worker \(name) gets tasks again"))
                }
                try stack.demand("wait", "campaign", "held", "--timeout", "60", "--quiet")
            }
        }
    }
}
