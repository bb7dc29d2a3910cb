@testable import Coordinator
@testable import Scheduling
import Testing
import Wire

private let gib: Int64 = 1 << 30

/// Why a task does not run, in words that name what to change.
@Suite struct SentenceTests {
    @Test func aGPUThatNoWorkerHasIsNamedWithTheLargestThereIs() {
        let needs = Resources(gpus: 1000, gpuMemory: 40 * gib)
        let obstacles = [
            obstacle("a", .short(.gpuMemory), Capacity(slots: 1, devices: [gpu(24), gpu(16)])),
            obstacle("b", .noEngine, Capacity(slots: 1, devices: [gpu(12)])),
        ]
        #expect(
            explain(needs, obstacles)
                == "it waits for a GPU with 40 GiB that no worker has; "
                + "the largest is 24 GiB on worker a")
        let bare = [obstacle("a", .short(.gpuMemory), Capacity(slots: 1))]
        #expect(explain(needs, bare) == "it waits for a GPU, and no worker has one")
    }

    @Test(arguments: [
        (
            Resources(gpus: 4000, gpuMemory: gib), Shortage.gpus,
            "4 GPUs with 1 GiB each on one worker, which none has; the most is 2 on worker a"
        ),
        (
            Resources(cpus: 64_000), .cpus,
            "64 cores on one worker, which none has; the most is 8 on worker a"
        ),
        (
            Resources(memory: 300 * gib), .memory,
            "300 GiB of memory on one worker, which none has; the largest is 1.5 GiB on worker a"
        ),
        (
            Resources(named: [.init(name: "licence", amount: 500)]), .named("licence"),
            "0.5 of licence on one worker, which none has; no worker has any"
        ),
    ])
    func whatIsMissingComesWithItsUnit(needs: Resources, shortage: Shortage, words: String) {
        let capacity = Capacity(
            slots: 1, cpus: 8000, memory: 3 * gib / 2, devices: [gpu(24), gpu(24)])
        #expect(
            explain(needs, [obstacle("a", .short(shortage), capacity)]) == "it waits for \(words)")
    }

    @Test func aLabelIsNamedWithTheValuesThereAre() {
        let rule = LabelRule(key: "zone", values: ["a", "b"])
        var obstacles = [obstacle("w1", .label(rule), Capacity(slots: 1))]
        let words = "it waits for a worker with the label zone=a or b, which none has; there is "
        #expect(
            explain(.none, obstacles)
                == words + "no worker with that label; `duet worker label` sets one")
        obstacles[0].labels = ["zone": "c"]
        #expect(
            explain(.none, obstacles) == words + "c on worker w1; `duet worker label` sets one")
    }

    @Test func anEngineThatNobodyHasIsNamed() {
        #expect(
            explain(.none, [obstacle("a", .noEngine, Capacity(slots: 1))])
                == "it waits for a worker that provides score/q-align, and none of the 1 worker "
                + "attached does; start one with an engine for it")
    }

    @Test(arguments: [
        (
            Explanation.backoff(milliseconds: 90_500, failures: 1),
            "it failed once and is tried again in 90.5 s"
        ),
        (
            .leased(worker: "a", attempt: 2, running: 7_200_000, loading: nil),
            "attempt 2 has been running on worker a for 2 h"
        ),
        (
            .leased(worker: "a", attempt: 1, running: 5, loading: "wan"),
            "attempt 1 waits while worker a loads wan"
        ),
        (
            .leased(worker: "a", attempt: 1, running: nil, loading: nil),
            "attempt 1 waits in worker a for a slot"
        ),
        (
            .waiting(workers: ["a", "b"], ahead: 1204),
            "workers a and b could run it and are busy; 1 204 tasks go before it"
        ),
        (
            .closed(workers: ["a"]),
            "a is attached and cordoned or draining, so no worker takes tasks; "
                + "`duet worker uncordon` opens one again"
        ),
    ])
    func everythingElseIsASentenceToo(explanation: Explanation, sentence: String) {
        #expect(explanation.sentence == sentence)
    }

    private func explain(
        _ needs: Resources, _ obstacles: [Explanation.WorkerObstacle]
    ) -> String {
        let spec = TaskClass(need: Capability(kind: .score, name: "q-align"), resources: needs)
        return Explanation.noCapableWorker(spec, obstacles).sentence
    }

    private func obstacle(
        _ worker: String, _ obstacle: Obstacle, _ capacity: Capacity
    ) -> Explanation.WorkerObstacle {
        .init(worker: worker, obstacle: obstacle, capacity: capacity, labels: [:])
    }

    private func gpu(_ size: Int64) -> Capacity.Device { .init(memory: size * gib) }
}

@Suite struct SelectionTests {
    private let names: [Int32: String] = [1: "night", 2: "nightly", 3: "7", 4: "weekly"]

    @Test(arguments: [
        ("night", 1), ("nightl", 2), ("w", 4), ("weekly", 4), ("2", 2), ("7", 3), ("3", 3),
    ])
    func aNameGoesBeforeANumberAndABeginning(selector: String, id: Int32) throws {
        #expect(try Selection.campaign(selector, among: names) == id)
    }

    @Test func aBeginningOfSeveralNamesIsAMistake() {
        let problem = #expect(throws: Problem.self) {
            try Selection.campaign("nig", among: names)
        }
        #expect(problem?.code == .usage)
        #expect(
            problem?.message
                == "`nig` is the beginning of 2 campaigns: night and nightly; "
                + "write more of the name"
        )
    }

    @Test(arguments: ["", "9", "x", "Night"])
    func whatIsNotThereIsNotFound(selector: String) {
        let problem = #expect(throws: Problem.self) {
            try Selection.campaign(selector, among: names)
        }
        #expect(problem?.code == .notFound)
    }
}
