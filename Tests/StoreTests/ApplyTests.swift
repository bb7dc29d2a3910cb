import Postgres
@testable import Scheduling
@testable import Store
import Testing

@Test func anEmittedTaskIsAvailable() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0), taskID(1, Slot.look), rankTask()]))
    #expect(
        try store.text("task_prompt(id), task_slot(id), kind, state) from tasks order by id") == """
            0|0|generate|available
            1|2|score|available
            268435455|6|rank|available
            """)
}

@Test func aTaskIsEmittedOnceOnly() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0)]))
    #expect(throws: StoreError.self) {
        try store.apply(Changes(emitted: [taskID(1, 0), taskID(0, 0)]))
    }
    // The connection is good, and nothing of the batch is there.
    #expect(try store.text("count(*)) from tasks") == "1")
    try store.apply(Changes(emitted: [taskID(1, 0)]))
}

@Test func aTaskOfNoRecipeIsRefused() throws {
    var store = try submitted()
    #expect(throws: StoreError.self) { try store.apply(Changes(emitted: [taskID(0, 40)])) }
    #expect(throws: StoreError.self) { try store.apply(Changes(emitted: [taskID(0, 0, of: 9)])) }
}

@Test func aResultEndsTheTaskAndIsKept() throws {
    var store = try submitted()
    let media = [
        Media(role: "video", path: "/out/a \"b\"\\.mp4", sha256: "ab"),
        Media(role: "audio", path: "/out/a\n.wav", sha256: "cd"),
    ]
    try store.apply(Changes(emitted: [taskID(0, 0)]))
    try store.apply(
        Changes(
            completed: [
                completion(
                    taskID(0, 0), .candidate(media), attempt: Attempt(epoch: 1, number: 2),
                    worker: 3)
            ]))
    #expect(
        try store.text(
            "state, duration_us, worker_id, epoch, number, engine, finished_at is not null) "
                + "from tasks") == "completed|1234|3|1|2|example 1|t")
    #expect(try store.candidateMedia(of: [taskID(0, 0), taskID(1, 0)]) == [taskID(0, 0): media])
    #expect(
        try store.candidateMedia(of: [taskID(0, 0), taskID(0, 0)]) == [taskID(0, 0): media],
        "asked for twice, its files come once")
}

@Test func scoresAreKeptUnderTheirCandidate() throws {
    var store = try submitted()
    let scores = [
        Score(output: "motion", value: 2), Score(output: "sharpness", value: -.infinity),
        Score(output: "other", value: 1),
    ]
    try store.apply(
        Changes(
            emitted: [taskID(0, 1), taskID(0, 4), taskID(0, 5)],
            completed: [
                completion(taskID(0, 1)), completion(taskID(0, 4), .scores(scores)),
                completion(taskID(0, 5), .scores([Score(output: "loudness", value: nil)])),
            ]))
    #expect(
        try store.text(
            "task_slot(candidate_id), slot, output, value, reason, engine) from scores "
                + "order by slot, output") == """
                1|4|motion|2|example 1
                1|4|sharpness|not finite: -inf|example 1
                1|5|loudness|the scorer gave no number and no reason|example 1
                """)
    let listed = try store.scores(of: taskID(0, 1))
    #expect(listed.map(\.dimension) == ["moving", "sharp", "loud"])
    #expect(listed.map(\.scorer) == ["look", "look", "sound"])
}

@Test func anAnswerWithoutScoresGivesReasons() throws {
    var store = try submitted()
    try store.apply(
        Changes(
            emitted: [taskID(0, 0), taskID(0, Slot.look)],
            completed: [completion(taskID(0, 0)), completion(taskID(0, Slot.look), .nothing)]))
    #expect(
        try store.text("output, reason) from scores order by output") == """
            motion|missing from the scorer's answer
            sharpness|missing from the scorer's answer
            """)
}

@Test func aScoreNeedsItsCandidate() throws {
    var store = try submitted()
    do {
        try store.apply(
            Changes(
                emitted: [taskID(0, Slot.look)],
                completed: [completion(taskID(0, Slot.look), .scores([]))]))
        Issue.record("a score without a candidate was stored")
    } catch .postgres(let error) {
        #expect(error.constraint == "scores_have_candidates")
    }
    #expect(try store.text("count(*)) from tasks") == "0")
}

@Test func aSecondResultIsRefusedAndChangesNothing() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0)], completed: [completion(taskID(0, 0))]))
    #expect(throws: StoreError.self) {
        try store.apply(
            Changes(emitted: [taskID(1, 0)], completed: [completion(taskID(0, 0), engine: "other")])
        )
    }
    #expect(try store.text("count(*), max(engine)) from tasks") == "1|example 1")
    #expect(throws: StoreError.self) {
        try store.apply(Changes(completed: [completion(taskID(1, 1))]))
    }
    #expect(throws: StoreError.self) {
        try store.apply(Changes(ended: [ended(taskID(0, 0), .cancelled)]))
    }
}

@Test func attemptsAreRememberedWithTheirOutcome() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0), taskID(1, 0)]))
    try store.apply(
        Changes(
            retried: [
                // Whatever the counts are by the time that a batch is written.
                retry(taskID(0, 0), 1, failures: 1, crashes: 1, delay: 60_000, "out of memory"),
                retry(taskID(0, 0), 2, failures: 1, crashes: 1, "worker lost", .lost),
                retry(taskID(1, 0), 1, "given back", .returned),
            ]))
    #expect(
        try store.text(
            "task_prompt(task_id), number, outcome, message) from attempts "
                + "order by task_id, number") == """
                0|1|failed|out of memory
                0|2|lost|worker lost
                1|1|returned|given back
                """)
    try store.apply(
        Changes(ended: [ended(taskID(0, 0), .failed, 3, failures: 2, crashes: 1, "again")]))
    #expect(
        try store.text(
            "state, number, failures, crashes, error) from tasks where state = 'failed'")
            == "failed|3|2|1|again")
    #expect(try store.text("outcome) from attempts where number = 3") == "failed")
    #expect(
        try store.text("kind, task_prompt(task_id), message) from events where task_id > 0")
            == "task_failed|0|again")
}

@Test func aTaskWaitsAfterAFailure() throws {
    var store = try submitted()
    try store.apply(
        Changes(
            emitted: [taskID(0, 0), taskID(0, 1)],
            retried: [retry(taskID(0, 0), 1, failures: 1, delay: 3_600_000, "x")]))
    let open = try store.snapshot().snapshot.campaigns[0].open
    #expect(open.map(\.task) == [taskID(0, 0), taskID(0, 1)])
    #expect(open[0].failures == 1)
    #expect(open[0].attempt == Attempt(epoch: 1, number: 1))
    #expect((3_000_000...3_600_000).contains(open[0].delay))
    #expect(open[1] == CampaignSnapshot.OpenTask(task: taskID(0, 1)))
}

@Test func aRememberedLeaseHasAHolderUntilItEnds() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0)], recorded: [lease(taskID(0, 0), 1, 5)]))
    var open = try store.snapshot().snapshot.campaigns[0].open
    #expect(open[0].holder == 5)
    #expect(open[0].attempt == Attempt(epoch: 1, number: 1))
    // A second attempt beside it; the first then fails, and the second stays remembered.
    try store.apply(
        Changes(
            retried: [retry(taskID(0, 0), 1, failures: 1, "x")],
            recorded: [lease(taskID(0, 0), 2, 6)]))
    open = try store.snapshot().snapshot.campaigns[0].open
    #expect(open[0].holder == 6)
    #expect(open[0].failures == 1)
    try store.apply(Changes(retried: [retry(taskID(0, 0), 2, failures: 1, "given back")]))
    open = try store.snapshot().snapshot.campaigns[0].open
    #expect(open[0].holder == 0)
    #expect(try store.text("count(*)) from attempts where ended_at is null") == "0")
}

@Test func aResultClosesTheAttemptsOfItsTask() throws {
    var store = try submitted()
    try store.apply(
        Changes(
            emitted: [taskID(0, 0)],
            recorded: [lease(taskID(0, 0), 1, 5), lease(taskID(0, 0), 2, 6)]))
    try store.apply(
        Changes(
            completed: [
                completion(
                    taskID(0, 0), attempt: Attempt(epoch: 1, number: 1), worker: 5, isRecorded: true
                )
            ]))
    #expect(
        try store.text("number, outcome) from attempts order by number") == """
            1|completed
            2|cancelled
            """)
}

@Test func aLeaseOfTheSameBatchAsItsResultIsClosed() throws {
    var store = try submitted()
    try store.apply(
        Changes(
            emitted: [taskID(0, 0)],
            completed: [completion(taskID(0, 0), isRecorded: true)],
            recorded: [lease(taskID(0, 0), 1, 1)]))
    #expect(try store.text("number, outcome) from attempts") == "1|completed")
    #expect(try store.snapshot().snapshot.campaigns[0].open == [])
}

@Test func aCancelledTaskClosesItsLease() throws {
    var store = try submitted()
    try store.apply(Changes(emitted: [taskID(0, 0)], recorded: [lease(taskID(0, 0), 1, 1)]))
    try store.apply(Changes(ended: [ended(taskID(0, 0), .cancelled)]))
    #expect(try store.text("outcome) from attempts") == "cancelled")
    #expect(try store.text("state, worker_id, number) from tasks") == "cancelled|1|1")
}

@Test func wordsOfEnginesMayHoldAnything() throws {
    var store = try submitted()
    let odd = "a\u{0}b ' \" \\ {x,NULL} \u{1F3B5}\n"
    try store.apply(
        Changes(
            emitted: [taskID(0, 0), taskID(0, 1), taskID(1, 0)],
            completed: [
                completion(
                    taskID(0, 0), .candidate([Media(role: odd, path: odd, sha256: odd)]),
                    engine: odd)
            ],
            retried: [retry(taskID(0, 1), 1, failures: 1, odd)],
            ended: [
                ended(
                    taskID(1, 0), .failed, 1, failures: 1,
                    odd + String(repeating: "x", count: 20_000))
            ]))
    #expect(try store.text("engine) from tasks where engine is not null") == odd.storable)
    #expect(try store.text("length(error) < 9000) from tasks where state = 'failed'") == "t")
    let media = try store.candidateMedia(of: [taskID(0, 0)])[taskID(0, 0)]
    #expect(media?.first?.path == odd.replacing("\u{0}", with: "\u{fffd}"))
}

@Test func aCampaignsStateIsKeptAndTold() throws {
    var store = try submitted()
    try store.apply(
        Changes(campaigns: [
            CampaignChange(campaign: 1, state: .halted, reason: "too much failed"),
            CampaignChange(campaign: 1, state: .running, reason: ""),
            CampaignChange(campaign: 1, state: .completed, reason: ""),
        ]))
    let campaign = try #require(try store.campaign("first"))
    #expect(campaign.state == .completed)
    #expect(campaign.finishedAt != nil)
    #expect(
        try store.events().map { "\($0.kind) \($0.state) \($0.message)" } == [
            "campaign_submitted running ", "campaign_changed halted too much failed",
            "campaign_changed running ", "campaign_changed completed ",
        ])
    #expect(throws: StoreError.self) {
        try store.apply(
            Changes(campaigns: [CampaignChange(campaign: 9, state: .paused, reason: "")]))
    }
}

@Test func aWorkersRowIsKeptAndItsChangesTold() throws {
    var store = try submitted()
    let registration = Registration(
        identity: "w1", session: .max, node: "n1", pid: 7,
        capacity: Capacity(
            slots: 4, cpus: 8000, memory: 1 << 34, devices: [.init(memory: 1 << 33)],
            named: [.init(name: "licence", amount: 2000)]),
        provides: [Capability(kind: .generate, name: "ball*")],
        labels: [.init(key: "zone", value: "a")])
    func change(_ state: WorkerState, cordoned: Bool = false, again: Bool = false) -> Changes {
        Changes(workers: [
            WorkerChange(
                worker: 1, state: state, isCordoned: cordoned,
                registration: again ? registration : nil)
        ])
    }
    try store.apply(change(.ready, again: true))
    try store.apply(change(.ready, again: true))
    try store.apply(change(.draining, cordoned: true))
    #expect(
        try store.snapshot().snapshot.workers == [
            Snapshot.KnownWorker(id: 1, identity: "w1", wasAttached: true, isCordoned: true)
        ])
    try store.apply(change(.lost))
    #expect(try store.snapshot().snapshot.workers[0].wasAttached == false)
    #expect(
        try store.events().dropFirst().map { "\($0.state) \($0.message)" } == [
            "ready w1 on n1", "draining cordoned", "lost ",
        ])
    let worker = try #require(try store.workers().first)
    #expect(worker.provides == registration.provides)
    #expect(worker.labels == OperatorLabels().applied(to: registration.labels))
    #expect(worker.devices == [1 << 33])
    #expect(worker.state == .lost)
}

/// A store that leads and holds the sample campaign with three prompts.
private func submitted() throws -> Store {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    return store
}

private func retry(
    _ task: TaskID, _ number: Int32, failures: Int32 = 0, crashes: Int32 = 0, delay: Int64 = 0,
    _ message: String, _ outcome: AttemptEnd = .failed
) -> Retry {
    Retry(
        task: task, attempt: Attempt(epoch: 1, number: number), worker: 1, failures: failures,
        crashes: crashes, delay: delay, message: message, outcome: outcome)
}

private func ended(
    _ task: TaskID, _ stage: Stage, _ number: Int32? = nil, failures: Int32 = 0,
    crashes: Int32 = 0, _ message: String = ""
) -> Ended {
    Ended(
        task: task, stage: stage, attempt: number.map { Attempt(epoch: 1, number: $0) },
        worker: number == nil ? 0 : 1, failures: failures, crashes: crashes, message: message)
}

private func lease(_ task: TaskID, _ number: Int32, _ worker: WorkerID) -> RecordedLease {
    RecordedLease(task: task, attempt: Attempt(epoch: 1, number: number), worker: worker)
}
