@testable import Campaigns
import Postgres
@testable import Scheduling
@testable import Store
import Testing

@Test func anEndedCampaignsCountsAreListedFromItsOwnRow() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    var counts = StageCounts()
    counts[.completed] = 5
    counts[.failed] = 1
    let tally = CampaignTally(prompts: 3, kinds: [.generate: counts])
    try store.apply(
        Changes(campaigns: [
            CampaignChange(campaign: 1, state: .completed, reason: "", tally: tally)
        ]))
    #expect(try store.campaign("first")?.tally == tally)
    // One that runs again has none.
    _ = try store.submit(sampleCampaign(samples: 3), prompts: samplePrompts(0..<3))
    try store.apply(
        Changes(campaigns: [CampaignChange(campaign: 1, state: .running, reason: "")]))
    #expect(try store.campaign("first")?.tally == nil)
}

@Test func aRetryIsDurableAndMakesTheRankingAnew() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    let failed = taskID(0, 0)
    try store.apply(
        Changes(
            emitted: [failed, rankTask()], completed: [completion(rankTask(), .nothing)],
            ended: [
                Ended(
                    task: failed, stage: .failed, attempt: Attempt(epoch: 1, number: 2), worker: 1,
                    failures: 2, crashes: 0, message: "no")
            ]))
    var changes = Changes()
    changes.reopened = [Reopened(task: failed, fence: Attempt(epoch: 1, number: 5))]
    let last = Attempt(epoch: 1, number: 5)
    changes.withdrawn = [Withdrawn(task: rankTask(), last: last)]
    changes.emitted = [taskID(0, 1)]
    try store.apply(changes)
    let open = try store.snapshot().snapshot.campaigns[0].open
    #expect(
        open == [
            .init(
                task: failed, attempt: Attempt(epoch: 1, number: 5),
                fence: Attempt(epoch: 1, number: 2)), .init(task: taskID(0, 1)),
        ])
    #expect(try store.task(rankTask()) == nil)
    try store.apply(Changes(emitted: [rankTask()]))
    #expect(
        try store.snapshot().snapshot.campaigns[0].open.last
            == .init(task: rankTask(), withdrawn: last))
    #expect(try store.task(failed)?.task.error == nil)
    #expect(try store.task(failed)?.attempts.map(\.outcome) == ["failed"])
}

@Test func aTaskThatHasNotFailedIsNotReopened() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.apply(Changes(emitted: [taskID(0, 0)]))
    var changes = Changes()
    changes.reopened = [Reopened(task: taskID(0, 0), fence: Attempt(epoch: 1, number: 1))]
    #expect(throws: StoreError.self) { try store.apply(changes) }
}

@Test func aCompletedCampaignIsReadBackWithTheFilesThatItsFailedScoresWant() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    #expect(try store.revive(1) == nil)
    let look = taskID(0, Slot.look)
    let media = Media(role: "video", path: "/a.mp4", sha256: "ab")
    try store.apply(
        Changes(
            emitted: [taskID(0, 0), look],
            completed: [completion(taskID(0, 0), .candidate([media]))],
            ended: [
                Ended(
                    task: look, stage: .failed, attempt: nil, worker: 0, failures: 1, crashes: 0,
                    message: "no")
            ],
            campaigns: [CampaignChange(campaign: 1, state: .completed, reason: "")]))
    let revival = try #require(try store.revive(1))
    #expect(revival.candidateMedia == [taskID(0, 0): [media]])
    // Not before the changes that follow from it are written.
    #expect(try store.text("state) from campaigns") == "completed")
    try store.apply(Changes())
    #expect(try store.text("state, finished_at) from campaigns") == "running")
}

@Test func whatAnOperatorSetsIsReadBack() throws {
    var store = try leadingStore()
    let registration = Registration(
        identity: "w1", session: 1, node: "n", pid: 1, capacity: Capacity(slots: 1), provides: [],
        labels: [.init(key: "team", value: "x"), .init(key: "zone", value: "a")], build: "duet 9")
    var labels = OperatorLabels()
    labels.added = ["zone": "b", "k\u{0}": "v"]
    labels.hidden = ["team"]
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    var killed = CampaignChange(campaign: 1, state: .cancelling, reason: "killed")
    killed.isKilled = true
    var changes = Changes(
        campaigns: [killed],
        workers: [
            WorkerChange(
                worker: 1, state: .ready, isCordoned: false, registration: registration)
        ])
    labels.added["k\u{0}"] = nil
    changes.labels = [LabelChange(worker: 1, labels: labels)]
    try store.apply(changes)
    // Registering again leaves it as it is.
    changes.labels = []
    changes.campaigns = []
    try store.apply(changes)
    let snapshot = try store.snapshot().snapshot
    #expect(snapshot.workers.map(\.labels) == [labels])
    #expect(snapshot.campaigns.map(\.isKilled) == [true])
    let worker = try #require(try store.workers().first)
    #expect(worker.labels == ["zone": "b"])
    #expect(worker.build == "duet 9")
}

@Test func whatACampaignHasUsedIsAddedUp() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    try store.complete(0..<1)
    try store.apply(
        Changes(
            emitted: [taskID(1, 0), taskID(1, 1)],
            retried: [
                Retry(
                    task: taskID(1, 0), attempt: Attempt(epoch: 1, number: 1), worker: 1,
                    failures: 1, crashes: 0, delay: 0, message: "no", duration: 20_000_000)
            ],
            ended: [
                Ended(
                    task: taskID(1, 1), stage: .failed, attempt: Attempt(epoch: 1, number: 1),
                    worker: 1, failures: 1, crashes: 0, message: "no", duration: 10_500_000)
            ]))
    let cost = try store.cost(of: 1)
    #expect(cost.map(\.kind) == [.generate, .score, .score])
    #expect(cost.map(\.name) == ["ball@1", "look", "sound"])
    #expect(cost.map(\.attempts) == [4, 2, 2])
    #expect(cost.map(\.completed) == [2, 2, 2])
    #expect(cost[0].gpus == 0.25)
    #expect(abs(cost[0].seconds - 2 * 0.001234) < 1e-9)
    #expect(cost.map(\.failedSeconds) == [30.5, 0, 0])
}

@Test func failuresAreGroupedByTheFirstLineOfTheirError() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<4))
    let errors = ["out of memory\nat a", "out of memory\nat b", "no disk", "out of memory"]
    try store.apply(
        Changes(
            emitted: (0..<4).map { taskID($0, 0) },
            ended: errors.enumerated().map { prompt, error in
                Ended(
                    task: taskID(prompt, 0), stage: .failed, attempt: nil, worker: 0, failures: 2,
                    crashes: 0, message: error)
            }))
    let groups = try store.failures(of: 1)
    #expect(groups.map(\.variants) == [1, 1])
    #expect(groups.map(\.line) == ["out of memory", "no disk"])
    #expect(groups.map(\.count) == [3, 1])
    #expect(groups.map(\.example) == [taskID(0, 0), taskID(2, 0)])
    #expect(groups.map(\.failures) == [2, 2])
}

@Test func failuresThatDifferInPathsAndNumbersAreOneGroup() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<5))
    let errors = [
        "/data/a/1.avi holds no sound after 0.25 s", "/data/b.avi holds no sound after 13 s",
        "/data/b.avi holds no picture", "bad cafe", "bad face",
    ]
    try store.apply(
        Changes(
            emitted: (0..<5).map { taskID($0, 0) },
            ended: errors.enumerated().map { prompt, error in
                Ended(
                    task: taskID(prompt, 0), stage: .failed, attempt: nil, worker: 0, failures: 1,
                    crashes: 0, message: error)
            }))
    let groups = try store.failures(of: 1)
    #expect(groups.map(\.line) == [errors[0], errors[2], errors[3], errors[4]])
    #expect(groups.map(\.count) == [2, 1, 1, 1])
    #expect(groups.map(\.variants) == [2, 1, 1, 1])
}
