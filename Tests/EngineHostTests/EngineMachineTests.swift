import Linux
import Testing

@testable import EngineHost

private let hello = EngineHello(name: "n", version: "1", provides: [])
private let second: Int64 = 1_000_000_000

private func anAttempt(model: String? = nil, outputs: [String]? = nil) -> EngineAttempt {
    var attempt = EngineAttempt(
        task: "t", attempt: 1, kind: outputs == nil ? "rank" : "score", name: "x",
        folder: "/f", timeLimit: .seconds(5), logPath: "/l")
    attempt.model = model
    attempt.outputs = outputs
    return attempt
}

extension EngineMachine {
    fileprivate mutating func got(_ message: EngineMessage, now: Int64 = 0) -> [EngineAction] {
        received(message, line: ArraySlice("a line".utf8), now: now)
    }

    fileprivate static func idle() -> EngineMachine {
        var machine = EngineMachine(now: 0)
        _ = machine.got(.hello(hello))
        return machine
    }

    fileprivate static func running(_ attempt: EngineAttempt = anAttempt()) -> EngineMachine {
        var machine = EngineMachine.idle()
        _ = try? machine.start([attempt], now: 0)
        return machine
    }
}

private func failure(_ actions: [EngineAction]) -> EngineFailure? {
    guard case .tell(.failed(let failure))? = actions.first else { return nil }
    return failure
}

@Suite struct EngineMachineTests {
    @Test func anAttemptIsLoadedRunAndFinished() throws {
        var machine = EngineMachine(now: 0)
        #expect(throws: EngineRefusal.notIdle) { try machine.start([anAttempt()], now: 0) }
        #expect(machine.got(.hello(hello)) == [.tell(.hello(hello))])
        let task = anAttempt(model: "m")
        #expect(try machine.start([task], now: 7) == [.send(.load(model: "m"))])
        #expect(machine.deadline == 7 + 5 * second)
        #expect(
            machine.got(.loaded(model: "m")) == [.tell(.loaded(model: "m")), .send(.run([task]))])
        #expect(machine.deadline == 7 + 5 * second)
        let progress = EngineProgress(task: "t", fraction: 0.5)
        #expect(machine.got(.progress(progress)) == [.tell(.progress(progress))])
        let result = EngineResult(task: "t")
        #expect(machine.got(.result(result)) == [.tell(.finished(result))])
        #expect(machine.state == .idle && machine.deadline == nil)
        #expect(machine.got(.progress(progress)) == [], "late progress does no harm")
        #expect(try machine.start([task], now: 0) == [.send(.run([task]))], "the model is held")
        #expect(throws: EngineRefusal.notIdle) { try machine.start([task], now: 0) }
    }

    @Test func anUnloadedModelIsLoadedAgain() throws {
        var machine = EngineMachine.running(anAttempt(model: "m"))
        _ = machine.got(.loaded(model: "m"))
        #expect(throws: EngineRefusal.notIdle) { try machine.unload("m") }
        _ = machine.got(.result(EngineResult(task: "t")))
        #expect(machine.loadedModels == ["m"])
        #expect(try machine.unload("m") == [.send(.unload(model: "m"))])
        #expect(try machine.unload("m") == [])
        #expect(try machine.start([anAttempt(model: "m")], now: 0) == [.send(.load(model: "m"))])
    }

    @Test func aReportedErrorEndsTheAttemptOnly() {
        var machine = EngineMachine.running()
        let report = EngineReport(task: "t", message: "no", retryable: false)
        let told = failure(machine.got(.error(report)))
        #expect(told?.kind == .reported && told?.retryable == false && told?.message == "no")
        #expect(machine.state == .idle)
        machine = .running(anAttempt(model: "m"))
        let load = EngineReport(model: "m", message: "no", retryable: true)
        #expect(failure(machine.got(.error(load)))?.task == "t")
        #expect(machine.state == .idle && machine.loadedModels.isEmpty)
    }

    /// A training has the time to write a checkpoint.
    @Test func aTrainingThatIsStoppedIsKilledLater() {
        var attempt = anAttempt()
        attempt.kind = "train"
        var machine = EngineMachine.running(attempt)
        #expect(machine.stop(now: 0) == [.terminate])
        #expect(machine.timePassed(now: 29 * second) == [])
        #expect(machine.timePassed(now: 30 * second) == [.kill])
    }

    @Test(arguments: [
        EngineMessage.hello(hello), .foreignHello(version: 2), .loaded(model: "m"),
        .progress(EngineProgress(task: "other", fraction: 0)),
        .result(EngineResult(task: "other")),
        .error(EngineReport(task: "other", message: "", retryable: true)),
        .error(EngineReport(model: "m", message: "", retryable: true)),
    ])
    func aMessageThatDoesNotBelongKillsTheChild(message: EngineMessage) {
        var machine = EngineMachine.running()
        #expect(machine.got(message) == [.kill])
        #expect(machine.got(.result(EngineResult(task: "t"))) == [], "nothing counts any more")
        let actions = machine.exited(.signalled(9))
        #expect(failure(actions)?.kind == .garbage(line: "a line"))
        #expect(failure(actions)?.task == "t")
        #expect(actions.last == .tell(.exited(.signalled(9))))
        #expect(machine.state == .dead)
    }

    @Test func garbageIsFatalWhileIdleToo() {
        var machine = EngineMachine.idle()
        #expect(machine.malformed("it is not JSON", line: ArraySlice("x".utf8), now: 0) == [.kill])
        let told = failure(machine.exited(.signalled(9)))
        #expect(told?.task == nil && told?.kind == .garbage(line: "x"))
        machine = EngineMachine.idle()
        #expect(machine.got(.result(EngineResult(task: "t"))) == [.kill])
    }

    @Test func aScoreNeedsAValueOrAReason() {
        var machine = EngineMachine.running(anAttempt(outputs: ["a", "b"]))
        let both = EngineResult(task: "t", scores: ["a": 1, "b": nil, "c": nil])
        let told = EngineResult(
            task: "t", scores: ["a": 1, "b": nil, "c": nil],
            reasons: ["b": "the engine gave no reason"])
        #expect(machine.got(.result(both)) == [.tell(.finished(told))])
        machine = .running(anAttempt(outputs: ["a", "b"]))
        #expect(machine.got(.result(EngineResult(task: "t", scores: ["a": 1]))) == [.kill])
        machine = .running(anAttempt(outputs: ["a"]))
        #expect(machine.got(.result(EngineResult(task: "t"))) == [.kill])
    }

    @Test func aGeneratedClipNeedsItsFiles() {
        var task = anAttempt()
        task.kind = "generate"
        var machine = EngineMachine.running(task)
        #expect(machine.got(.result(EngineResult(task: "t", media: []))) == [.kill])
    }

    @Test func anAttemptThatOutlivesItsLimitIsTerminatedThenKilled() {
        var machine = EngineMachine.running()
        #expect(machine.timePassed(now: 5 * second - 1) == [])
        #expect(machine.timePassed(now: 5 * second) == [.terminate])
        #expect(machine.deadline == 7 * second)
        #expect(machine.got(.result(EngineResult(task: "t"))) == [])
        #expect(machine.timePassed(now: 7 * second) == [.kill])
        let actions = machine.exited(.signalled(9))
        #expect(failure(actions)?.kind == .timedOut && actions.count == 2)
        #expect(failure(actions)?.message.contains("5.0 seconds") == true)
    }

    @Test func aLoadCountsAgainstTheLimit() {
        var machine = EngineMachine.running(anAttempt(model: "m"))
        #expect(machine.timePassed(now: 5 * second) == [.terminate])
    }

    @Test func aVeryLongLimitIsNoOverflow() throws {
        var task = anAttempt()
        task.timeLimit = .seconds(Int64.max)
        let machine = EngineMachine.running(task)
        #expect(try #require(machine.deadline) > 1_000_000 * second)
    }

    @Test func aChildThatCannotBeKilledIsGivenUp() {
        var machine = EngineMachine.running()
        for _ in 0..<2 { _ = machine.timePassed(now: machine.deadline ?? 0) }
        let actions = machine.timePassed(now: machine.deadline ?? 0)
        #expect(actions.first == .abandon && actions.last == .tell(.exited(.unknown)))
        #expect(machine.state == .dead)
        #expect(machine.exited(.signalled(9)) == [], "its end is told once")
    }

    @Test func aHelloHasToComeAndToFit() {
        var machine = EngineMachine(now: 0)
        #expect(machine.deadline == 60 * second)
        #expect(machine.timePassed(now: 60 * second) == [.kill])
        #expect(failure(machine.exited(.signalled(9)))?.kind == .helloTimeout)
        machine = EngineMachine(now: 0)
        #expect(machine.got(.foreignHello(version: 2)) == [.kill])
        #expect(failure(machine.exited(.signalled(9)))?.kind == .protocolMismatch(offered: 2))
        machine = EngineMachine(now: 0)
        #expect(machine.got(.loaded(model: "m")) == [.kill])
    }

    @Test func aCrashSaysWhenItCame() {
        var machine = EngineMachine(now: 0)
        #expect(
            failure(machine.exited(.exited(1)))?.message
                == "the engine ended with status 1 before its hello")
        machine = .running()
        #expect(failure(machine.exited(.exited(0)))?.kind == .crashed(.exited(0)))
        machine = .idle()
        #expect(machine.exited(.exited(0)) == [.tell(.exited(.exited(0)))])
    }

    @Test func aClosedStdoutLeavesTimeToEnd() {
        var machine = EngineMachine.running()
        #expect(machine.outputClosed(now: 0) == [.closeInput])
        #expect(machine.outputClosed(now: 0) == [])
        #expect(failure(machine.exited(.exited(4)))?.kind == .crashed(.exited(4)))
        machine = EngineMachine(now: 0)
        _ = machine.outputClosed(now: 0)
        #expect(failure(machine.exited(.exited(1)))?.kind == .crashed(.exited(1)))
        machine = .idle()
        _ = machine.outputClosed(now: 0)
        #expect(machine.timePassed(now: 2 * second) == [.terminate])
        #expect(machine.exited(.signalled(15)) == [.tell(.exited(.signalled(15)))])
    }

    @Test func stoppingIsPoliteWhenIdleAndAFailureOtherwise() {
        var machine = EngineMachine.idle()
        #expect(machine.stop(now: 0) == [.closeInput])
        #expect(machine.stop(now: 0) == [])
        #expect(machine.timePassed(now: 2 * second) == [.terminate])
        #expect(machine.timePassed(now: 4 * second) == [.kill])
        #expect(machine.exited(.signalled(9)) == [.tell(.exited(.signalled(9)))])
        machine = .running()
        #expect(machine.stop(now: 0) == [.terminate])
        #expect(failure(machine.exited(.signalled(15)))?.kind == .stopped)
    }
}
