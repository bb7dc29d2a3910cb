import Filters
@testable import Scheduling
@testable import Store
import Testing

@Test func campaignsAreListedInPagesAndFoundByNameOrNumber() throws {
    var store = try leadingStore()
    for name in ["a", "b", "2"] {
        _ = try store.submit(sampleCampaign(name), prompts: samplePrompts(0..<2))
    }
    #expect(try store.campaigns(limit: 2).map(\.name) == ["a", "b"])
    #expect(try store.campaigns(after: 2, limit: 2).map(\.name) == ["2"])
    #expect(try store.campaign("b")?.id == 2)
    #expect(try store.campaign("1")?.name == "a")
    // A name goes before a number.
    #expect(try store.campaign("2")?.id == 3)
    #expect(try store.campaign("nowhere") == nil)
    #expect(try store.promptCount(of: 1) == 2)
}

@Test func tasksAreCountedByKindAndState() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    try store.complete(0..<1)
    try store.apply(Changes(emitted: [taskID(1, 0), taskID(2, 0)]))
    let counts = try store.counts(of: 1)
    #expect(
        counts == [
            KindCounts(
                kind: .generate, planned: 6, byState: [.completed: 2, .available: 2]),
            KindCounts(kind: .score, planned: 12, byState: [.completed: 4]),
            KindCounts(kind: .rank, planned: 1, byState: [:]),
        ])
    #expect(counts.map(\.blocked) == [2, 8, 1])
    // What is retired is not counted.
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(1..<3))
    #expect(
        try store.counts(of: 1).first
            == KindCounts(kind: .generate, planned: 4, byState: [.available: 2]))
}

@Test func tasksAreFilteredAndPaged() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign("other"), prompts: samplePrompts(0..<1))
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    try store.apply(Changes(emitted: [taskID(0, 0)]))
    try store.complete(0..<2, campaign: 2)
    try store.apply(Changes(emitted: [taskID(2, 1, of: 2), rankTask(of: 2)]))
    #expect(try store.tasks(of: 1, filter("")).map(\.id) == [taskID(0, 0)])
    #expect(try store.tasks(of: 2, filter("")).count == 14)
    let open = try store.tasks(filter("state = available"))
    #expect(open.map(\.id) == [taskID(0, 0), taskID(2, 1, of: 2), rankTask(of: 2)])
    #expect(open.map(\.prompt) == ["p0", "p2", nil])
    #expect(open.map(\.ordinal) == [0, 1, 0])
    let scores = try filter("state = completed and kind = score")
    let first = try store.tasks(of: 2, scores, limit: 5)
    let second = try store.tasks(of: 2, scores, after: first.last?.id, limit: 5)
    #expect(first.count == 5)
    #expect(second.count == 3)
    #expect(second.allSatisfy { $0.name == "look" || $0.name == "sound" })
}

@Test func aTaskIsShownWithItsAttempts() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    #expect(try store.task(taskID(0, 0)) == nil)
    try store.apply(
        Changes(
            emitted: [taskID(0, 0)],
            retried: [
                Retry(
                    task: taskID(0, 0), attempt: Attempt(epoch: 1, number: 1), worker: 4,
                    failures: 1, crashes: 0, delay: 0, message: "no")
            ]))
    let (found, attempts) = try #require(try store.task(taskID(0, 0)))
    #expect(found.error == "no")
    #expect(found.state == .available)
    #expect(attempts.map(\.outcome) == ["failed"])
    #expect(attempts.map(\.worker) == ["worker 4"])
}

@Test func eventsArePaged() throws {
    var store = try leadingStore()
    for name in ["a", "b", "c"] {
        _ = try store.submit(sampleCampaign(name), prompts: samplePrompts(0..<1))
    }
    let all = try store.events()
    #expect(all.map(\.campaign) == [1, 2, 3])
    #expect(try store.events(after: all[0].id, limit: 1) == [all[1]])
}

private func filter(_ text: String) throws -> Filter {
    try Filter(parsing: text, columns: ListingColumns.tasks)
}
