import Foundation
import Simulation
import Synchronization

/// What was asked for on the command line.
struct Request {
    var seeds = 200
    var first: UInt64 = 1
    var jobs = 2
    var seed: UInt64?
    var trace = false
    var fault: Fault?

    static let usage = """
        usage: simulate [--seeds COUNT] [--from SEED] [--jobs COUNT]
               simulate --seed SEED [--trace]
               either with [--fault NAME] to plant a fault

        """

    /// Reads the arguments; nil when they are not understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            if flag == "--trace" {
                trace = true
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch flag {
            case "--seeds":
                guard let count = Int(value), count > 0 else { return nil }
                seeds = count
            case "--from":
                guard let from = UInt64(value) else { return nil }
                first = from
            case "--jobs":
                guard let count = Int(value), count > 0 else { return nil }
                jobs = count
            case "--seed":
                guard let one = UInt64(value) else { return nil }
                seed = one
            case "--fault":
                guard let planted = Fault(rawValue: value) else { return nil }
                fault = planted
            default: return nil
            }
        }
    }
}

func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

func describe(_ verdict: Verdict) -> String {
    guard let breach = verdict.breach else { return "seed \(verdict.seed): every promise kept\n" }
    return "seed \(verdict.seed) at \(breach.time) ms breaks \(breach.oracle): \(breach.account)\n"
        + "  replay: simulate --seed \(verdict.seed) --trace\n"
}

func describe(_ counts: Counts) -> String {
    """
    \(counts.tasks) tasks in \(counts.attempts) attempts, \(counts.batches) batches, \
    \(counts.events) events, \
    \(counts.milliseconds / 1000) simulated seconds
    \(counts.coordinatorCrashes) coordinators and \(counts.workerCrashes) workers crashed, \
    \(counts.takeovers) took the lead, \(counts.fenced) were fenced
    \(counts.lost) messages lost, \(counts.repeated) repeated
    \(counts.reopened) tasks tried again on request, \(counts.revived) campaigns taken up again

    """
}

/// Seeds handed out to threads, and what they found.
struct Progress {
    var next: UInt64
    var finished = 0
    var failures: [Verdict] = []
    var counts = Counts()
}

func runMany(_ request: Request) -> Int32 {
    let progress = Mutex(Progress(next: request.first))
    let end = request.first + UInt64(request.seeds)
    let started = ContinuousClock.now
    let work: @Sendable () -> Void = {
        while let seed = progress.withLock({ state -> UInt64? in
            guard state.next < end else { return nil }
            defer { state.next += 1 }
            return state.next
        }) {
            let verdict = simulate(seed: seed, planting: request.fault)
            progress.withLock { state in
                state.finished += 1
                state.counts.add(verdict.counts)
                if verdict.breach != nil {
                    state.failures.append(verdict)
                    write(describe(verdict))
                }
                if state.finished % 500 == 0 {
                    write("\(state.finished) of \(request.seeds) seeds\n")
                }
            }
        }
    }
    let finished = DispatchSemaphore(value: 0)
    for _ in 0..<request.jobs {
        let thread = Thread {
            work()
            finished.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }
    for _ in 0..<request.jobs { finished.wait() }
    let took = ContinuousClock.now - started
    return progress.withLock { state in
        write(describe(state.counts))
        write("\(state.finished) seeds in \(took), \(state.failures.count) broken\n")
        return state.failures.isEmpty ? 0 : 1
    }
}

func runOne(_ seed: UInt64, _ request: Request) -> Int32 {
    let transcript: ((String) -> Void)? = request.trace ? { write($0 + "\n") } : nil
    let verdict = simulate(seed: seed, planting: request.fault, transcript: transcript)
    write(describe(verdict))
    write(describe(verdict.counts))
    return verdict.breach == nil ? 0 : 1
}

guard let request = Request(Array(CommandLine.arguments.dropFirst())) else {
    FileHandle.standardError.write(Data(Request.usage.utf8))
    exit(2)
}
exit(request.seed.map { runOne($0, request) } ?? runMany(request))
