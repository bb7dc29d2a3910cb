import Scheduling
import Testing

/// A worker's machine under test.
private struct Shell {
    var machine: WorkerMachine
    var now: Int64 = 0

    init(session: UInt64 = 1, slots: Int32 = 2, spooled: [Report] = []) {
        var registration = worker(1, slots: slots)
        registration.session = session
        machine = WorkerMachine(WorkerConfig(registration: registration), spooled: spooled)
    }

    @discardableResult
    mutating func take(_ event: WorkerEvent) -> WorkerEffects {
        machine.handle(event, at: Instant(milliseconds: now))
    }

    @discardableResult
    mutating func attach(epoch: Int32 = 1) -> WorkerEffects {
        take(.connected)
        return take(
            .received(.welcome(epoch: epoch, worker: 1, heartbeat: 1000, lease: 10_000)))
    }

    @discardableResult
    mutating func assign(
        _ sequence: UInt64, _ prompts: [Int], epoch: Int32 = 1, number: Int32 = 1,
        _ needs: Resources = .none
    ) -> WorkerEffects {
        let assignments = prompts.map { prompt in
            Assignment(
                task: task(prompt), attempt: Attempt(epoch: epoch, number: number),
                resources: needs, timeLimit: nil, model: "",
                input: TaskInput(need: Capability(kind: .generate, name: "m")))
        }
        return take(.received(.assign(sequence: sequence, assignments)))
    }

    @discardableResult
    mutating func finish(_ prompt: Int) -> WorkerEffects {
        take(
            .finished(
                TaskAttempt(task: task(prompt), attempt: Attempt(epoch: 1, number: 1)),
                .completed(.nothing), engine: "test", microseconds: 5))
    }
}

private func reports(_ effects: WorkerEffects) -> [Report] {
    effects.send.flatMap { message -> [Report] in
        if case .reports(_, let reports) = message { reports } else { [] }
    }
}

private func started(_ effects: WorkerEffects) -> [Int] {
    effects.start.flatMap { $0.assignments.map(\.task.prompt) }
}

@Test func aWorkerRunsWhatFitsAndQueuesTheRest() {
    var shell = Shell()
    shell.attach()
    #expect(started(shell.assign(1, [0, 1, 2])) == [0, 1])
    #expect((shell.machine.running, shell.machine.queued) == (2, 1))
    #expect(started(shell.finish(0)) == [2])
}

@Test func anAssignmentThatCameTwiceRunsOnce() {
    var shell = Shell()
    shell.attach()
    shell.assign(1, [0])
    shell.finish(0)
    #expect(started(shell.assign(1, [0])) == [])
    #expect(shell.machine.running == 0)
}

@Test func theSameTaskUnderANewerLeaseGoesOn() {
    var shell = Shell()
    shell.attach()
    shell.assign(1, [0])
    #expect(started(shell.assign(2, [0], number: 2)) == [])
    #expect(reports(shell.finish(0)).map(\.attempt.number) == [2])
}

@Test func aReportIsSpooledSentAndRepeatedUntilAcknowledged() {
    var shell = Shell()
    shell.attach()
    shell.assign(1, [0])
    let first = shell.finish(0)
    #expect(first.spool.map(\.task) == [task(0)])
    #expect(reports(first) == first.spool)
    #expect(!first.spoolIsIdle)
    shell.now = 4000
    #expect(reports(shell.take(.ticked)) == [])
    shell.now = 5001
    #expect(reports(shell.take(.ticked)) == first.spool)
    let end = shell.take(.received(.acknowledge(first.spool.map(\.sequence))))
    #expect(end.spoolIsIdle)
    #expect(shell.machine.unacknowledged == 0)
}

@Test func aSpooledReportIsSentByTheNextProcess() {
    var old = Shell()
    old.attach()
    old.assign(1, [0])
    let spooled = old.finish(0).spool
    var new = Shell(session: 2, spooled: spooled)
    let hello = new.take(.connected)
    guard case .register(let registration)? = hello.send.first else {
        Issue.record("it does not register")
        return
    }
    #expect(registration.held.map(\.phase) == [.finished])
    #expect(reports(new.attach()) == spooled)
}

@Test func anAcknowledgementForAnEarlierProcessHitsNothing() {
    var old = Shell(session: 1)
    old.attach()
    old.assign(1, [0])
    let sequences = old.finish(0).spool.map(\.sequence)
    var new = Shell(session: 2)
    new.attach()
    new.assign(1, [5])
    new.finish(5)
    new.take(.received(.acknowledge(sequences)))
    #expect(new.machine.unacknowledged == 1)
}

@Test func aDrainingWorkerGivesBackWhatWaitsAndLeavesWhenAllIsAcknowledged() {
    var shell = Shell(slots: 1)
    shell.attach()
    shell.assign(1, [0, 1])
    let drained = shell.take(.drain)
    #expect(reports(drained).map(\.outcome) == [.returned])
    #expect(drained.exit == nil)
    let last = shell.finish(0)
    #expect(last.exit == nil)
    let sequences = (reports(drained) + reports(last)).map(\.sequence)
    let end = shell.take(.received(.acknowledge(sequences)))
    #expect(end.exit == .drained)
    #expect(end.send.contains(.goodbye(session: 1)))
}

@Test func aWorkerToldToStopNowGivesEverythingBack() {
    var shell = Shell(slots: 1)
    shell.attach()
    shell.assign(1, [0, 1])
    let end = shell.take(.stopNow)
    #expect(end.stop.map(\.task) == [task(0)])
    #expect(reports(end).map(\.outcome) == [.returned, .returned])
    #expect(end.exit == .stopped)
    #expect(end.send.last == .goodbye(session: 1))
}

@Test func withAFullSpoolNothingNewIsTaken() {
    var shell = Shell()
    shell.attach()
    let full = shell.take(.spool(isWritable: false))
    guard case .heartbeat(let heartbeat)? = full.send.first else {
        Issue.record("it does not say so")
        return
    }
    #expect(heartbeat.draining)
    #expect(reports(shell.assign(1, [0])).map(\.outcome) == [.returned])
    shell.take(.spool(isWritable: true))
    #expect(started(shell.assign(2, [0], number: 2)) == [0])
}

@Test func aSupersededCoordinatorIsNotHeard() {
    var shell = Shell()
    shell.attach(epoch: 2)
    shell.take(.received(.welcome(epoch: 1, worker: 9, heartbeat: 1, lease: 1)))
    #expect(started(shell.assign(7, [0], epoch: 1)) == [])
    #expect(started(shell.assign(1, [0], epoch: 2)) == [0])
}

@Test func aCancelledTaskIsStoppedAndOneThatWaitsIsGivenBack() {
    var shell = Shell(slots: 1)
    shell.attach()
    shell.assign(1, [0, 1])
    let attempt = Attempt(epoch: 1, number: 1)
    let effects = shell.take(
        .received(.cancel([0, 1].map { TaskAttempt(task: task($0), attempt: attempt) })))
    #expect(effects.stop.map(\.task) == [task(0)])
    #expect(reports(effects).map(\.task) == [task(1)])
}

@Test func aSilentCoordinatorIsSoughtElsewhere() {
    var shell = Shell()
    shell.attach()
    shell.now = 9999
    #expect(!shell.take(.ticked).reconnect)
    shell.now = 10_000
    #expect(shell.take(.ticked).reconnect)
    #expect(!shell.machine.isAttached)
}

@Test func aRefusedWorkerEndsWithTheReason() {
    var shell = Shell()
    shell.take(.connected)
    #expect(shell.take(.received(.refused(reason: "no"))).exit == .refused(reason: "no"))
}
