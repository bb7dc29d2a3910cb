import Scheduling
import Testing
import Wire

@testable import Worker

/// The spool and the worker's machine together, over restarts.
@Suite struct SpoolRestartTests {
    @Test func aRestartedWorkerSaysInOrderWhatWasNotAcknowledged() throws {
        let rig = try SpoolRig()
        var first = try Process(rig, session: 1)
        let start = try #require(first.finish(1...5).first).sequence
        first.acknowledge([start, start + 1, start + 3])
        #expect(first.unacknowledged == 3)

        // What is acknowledged and still in a segment is said again: it does no harm.
        var second = try Process(rig, session: 2)
        let said = second.said.map(\.sequence)
        #expect(said == Array(start...start + 4))
        let later = second.finish(6...7).map(\.sequence)
        #expect(later == [start + 5, start + 6])
        second.acknowledge(said + later)
        #expect(second.unacknowledged == 0)
        #expect(try rig.sequences() == [])
    }

    @Test func anEmptySpoolDoesNotLeadToNumbersThatWereUsedBefore() throws {
        let rig = try SpoolRig()
        var first = try Process(rig, session: 1)
        let old = first.finish(1...3).map(\.sequence)
        first.acknowledge(old)

        var second = try Process(rig, session: 2)
        #expect(second.said == [])
        let new = second.finish(1...3).map(\.sequence)
        #expect(Set(old).isDisjoint(with: new))
        // An acknowledgement for the process before arrives late.
        second.acknowledge(old)
        #expect(second.unacknowledged == 3)
        #expect(try rig.sequences() == new)
    }

    @Test func reportsOfThreeProcessesStayInOneOrder() throws {
        let rig = try SpoolRig()
        var first = try Process(rig, session: 1)
        let one = first.finish(1...2).map(\.sequence)
        var second = try Process(rig, session: 2)
        let two = second.finish(3...4).map(\.sequence)
        second.acknowledge([one[0]])
        var third = try Process(rig, session: 3)
        #expect(third.said.map(\.sequence) == one + two)
        let three = third.finish(5...5).map(\.sequence)
        third.acknowledge(one + two)
        #expect(try rig.sequences() == three)
    }
}

/// A process of a worker that is attached and runs whatever it is given at once.
private struct Process: ~Copyable {
    private var machine: WorkerMachine
    private var spool: Spool
    /// What it said again when it was welcomed.
    private(set) var said: [Report] = []
    private var assigned: UInt64 = 0

    private static let now = Instant(milliseconds: 0)

    init(_ rig: borrowing SpoolRig, session: UInt64) throws {
        var left: [Report] = []
        spool = try rig.open(&left)
        let registration = Registration(
            identity: "w", session: session, node: "n", pid: 1,
            capacity: Capacity(slots: 100), provides: [])
        machine = WorkerMachine(WorkerConfig(registration: registration), spooled: left)
        _ = machine.handle(.connected, at: Self.now)
        let welcome = ToWorker.welcome(epoch: 1, worker: 1, heartbeat: 1000, lease: 10_000)
        for case .reports(_, let reports) in machine.handle(.received(welcome), at: Self.now).send {
            said += reports
        }
    }

    var unacknowledged: Int {
        machine.oldestUnacknowledged == nil ? 0 : machine.unacknowledged
    }

    /// Runs tasks of these prompts and returns what it spooled.
    mutating func finish(_ prompts: ClosedRange<Int>) -> [Report] {
        assigned += 1
        let need = Capability(kind: .generate, name: "g")
        let assignments = prompts.map { prompt in
            Assignment(
                task: TaskID(campaign: 1, prompt: prompt, slot: 0),
                attempt: Attempt(epoch: 1, number: 1), resources: .none, timeLimit: nil,
                model: "", input: TaskInput(need: need))
        }
        let effects = machine.handle(
            .received(.assign(sequence: assigned, assignments)), at: Self.now)
        var reports: [Report] = []
        for assignment in effects.start.flatMap(\.assignments) {
            let attempt = TaskAttempt(task: assignment.task, attempt: assignment.attempt)
            reports +=
                machine.handle(
                    .finished(attempt, .completed(.nothing), engine: "e", microseconds: 1),
                    at: Self.now
                ).spool
        }
        #expect(throws: Never.self) { try spool.append(reports) }
        return reports
    }

    mutating func acknowledge(_ sequences: [UInt64]) {
        _ = machine.handle(.received(.acknowledge(sequences)), at: Self.now)
        spool.forget(before: machine.oldestUnacknowledged)
    }
}
