import Scheduling
import Testing
import Wire

/// Numbers that a peer may not say, because whoever calculated with them would overflow.
@Suite struct BoundsTests {
    @Test(arguments: [Int64.min, -1, 1 << 62, .max])
    func timesThatPassedAreCutToACentury(time: Int64) throws {
        let century: Int64 = 100 * 365 * 86_400_000
        var report = Samples.report(.returned)
        report.duration = time
        let read = try WorkerCodec.decodeReport(WorkerCodec.encode(report))
        #expect(read.duration == (time < 0 ? 0 : century * 1000))
        let held = Held(task: report.task, attempt: report.attempt, phase: .running, running: time)
        let beat = Heartbeat(session: 1, received: 1, held: [held], resident: [], draining: false)
        guard case .worker(.heartbeat(let heard)) = try send(.heartbeat(beat)) else {
            Issue.record("it is no heartbeat")
            return
        }
        #expect(heard.held.map(\.running) == [time < 0 ? 0 : century])
    }

    @Test func whatAWorkerHasIsCutToWhatThereCanBe() throws {
        var registration = Samples.registration
        registration.capacity = Capacity(
            slots: 1, cpus: -1, memory: .min, devices: [.init(memory: -1), .init(memory: .max)],
            named: [.init(name: "a", amount: .min), .init(name: "b", amount: .max)])
        guard case .worker(.register(let read)) = try send(.register(registration)) else {
            Issue.record("it is no registration")
            return
        }
        let most: Int64 = 1 << 53
        #expect(
            read.capacity
                == Capacity(
                    slots: 1, devices: [.init(memory: 0), .init(memory: most)],
                    named: [.init(name: "a", amount: 0), .init(name: "b", amount: most)]))
    }

    @Test(arguments: [Int32.min, 0, 100_001])
    func aWorkerHasAtLeastOneSlotAndNotTooMany(slots: Int32) {
        var registration = Samples.registration
        registration.capacity.slots = slots
        #expect(throws: WireError.field("slots")) { try send(.register(registration)) }
    }

    @Test func aWorkerHasAName() {
        var registration = Samples.registration
        registration.identity = ""
        #expect(throws: WireError.field("identity")) { try send(.register(registration)) }
    }

    @Test(arguments: [Int32.min, -1, (1 << 30) + 1, .max])
    func anAttemptThatNothingCanFollowIsRefused(number: Int32) {
        let attempt = Attempt(epoch: 1, number: number)
        let held = Held(task: Samples.highestTask, attempt: attempt, phase: .queued, running: 0)
        var registration = Samples.registration
        registration.held = [held]
        var report = Samples.report(.returned)
        report.attempt = attempt
        var assignment = Samples.generate(prompt: 0, seed: 0)
        assignment.attempt = attempt
        let error = WireError.field("number")
        #expect(throws: error) { try send(.register(registration)) }
        #expect(throws: error) { try send(.reports(session: 1, [report])) }
        #expect(throws: error) { try send(.assign(sequence: 1, [assignment])) }
        #expect(throws: error) {
            try send(.cancel([TaskAttempt(task: Samples.highestTask, attempt: attempt)]))
        }
    }

    @Test func aTaskDoesNotNeedLessThanNothing() {
        let wrong: [(Resources, String)] = [
            (Resources(cpus: -1), "cpu_milli"), (Resources(memory: .min), "memory_bytes"),
            (Resources(memory: .max), "memory_bytes"), (Resources(gpus: -500), "gpu_milli"),
            (Resources(gpuMemory: -1), "gpu_memory_bytes"),
            (Resources(named: [.init(name: "a", amount: .min)]), "named"),
        ]
        var assignment = Samples.generate(prompt: 0, seed: 0)
        for (resources, field) in wrong {
            assignment.resources = resources
            #expect(throws: WireError.field(field)) {
                try send(.assign(sequence: 1, [assignment]))
            }
        }
    }

    @Test func onePointFiveDevicesAreRefused() {
        // protocol: 2, assign { recipes { need { kind: KIND_SCORE } gpu_milli: 1500 } }
        let frame = bytes(ofHex: "0802320912070a02080328dc0b")
        #expect(throws: WireError.field("gpu_milli")) { try WorkerCodec.decode(frame) }
    }

    @Test func aTimeLimitIsAtLeastAMillisecondAndAtMostACentury() throws {
        var assignment = Samples.generate(prompt: 0, seed: 0)
        for limit in [Int64.min, -1, 0] {
            assignment.timeLimit = limit
            #expect(throws: WireError.field("time_limit_ms")) {
                try send(.assign(sequence: 1, [assignment]))
            }
        }
        assignment.timeLimit = .max
        let read = try send(.assign(sequence: 1, [assignment]))
        assignment.timeLimit = 100 * 365 * 86_400_000
        #expect(read == .assign(sequence: 1, [assignment]))
    }

    @Test(arguments: [Int64.min, 0, .max])
    func aWorkerIsNotToldToHurryOrToWaitForEver(span: Int64) {
        #expect(throws: WireError.field("heartbeat_ms")) {
            try send(.welcome(epoch: 1, worker: 1, heartbeat: span, lease: 10_000))
        }
        #expect(throws: WireError.field("lease_ms")) {
            try send(.welcome(epoch: 1, worker: 1, heartbeat: 1000, lease: span))
        }
    }

    @Test func wordsThatAPersonTypedAreNotEndless() {
        let long = String(repeating: "x", count: 8193)
        let wrong: [(Request, String)] = [
            (.campaign(long, .pause), "selector"), (.delete(long), "selector"),
            (.worker(long, .drain), "selector"), (.query(.why(long)), "selector"),
            (.query(.tasks(campaign: "", filter: long, after: 0, limit: 1)), "filter"),
            (.query(.events(campaign: long, filter: "", after: 0, limit: 1)), "campaign"),
            (.worker("w", .label(set: ["a": long], remove: [])), "value"),
            (.worker("w", .label(set: ["": "a"], remove: [])), "key"),
            (
                .worker("w", .label(set: [:], remove: Array(repeating: "k", count: 257))),
                "set"
            ),
        ]
        for (request, field) in wrong {
            #expect(throws: WireError.field(field)) {
                try CoordinatorCodec.decode(ClientCodec.encode(request, id: 1))
            }
        }
    }

    @Test(arguments: [(Int32.min, Int32(1)), (0, 1), (7, 7), (5001, 5000), (.max, 5000)])
    func aPageHasAtLeastOneRowAndAtMostSoMany(asked: Int32, given: Int32) throws {
        let request = Request.query(.tasks(campaign: "", filter: "", after: 0, limit: asked))
        let read = try CoordinatorCodec.decode(ClientCodec.encode(request, id: 1))
        #expect(
            read
                == .request(
                    id: 1, .query(.tasks(campaign: "", filter: "", after: 0, limit: given))))
    }

    private func send(_ message: FromWorker) throws(WireError) -> Incoming {
        try CoordinatorCodec.decode(WorkerCodec.encode(message))
    }

    @discardableResult
    private func send(_ message: ToWorker) throws(WireError) -> ToWorker? {
        try WorkerCodec.decode(CoordinatorCodec.encode(message))
    }
}
