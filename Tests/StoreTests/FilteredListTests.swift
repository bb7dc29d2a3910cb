import Filters
@testable import Scheduling
@testable import Store
import Testing

/// What the database finds by a filter is what the filter says of each row.
@Test(arguments: [
    "", "state = failed", "state != failed", "state in (failed, available)", "not state = failed",
    "kind = score and failures > 0", "error ~ 'OUT of'", "error = ''", "error != ''",
    "worker = ''", "name = look", "name ~ oo", "prompt = p1", "prompt != p1", "ordinal = 1",
    "duration_ms = 1.234", "duration >= 1ms", "duration < 2ms or state = failed",
    "duration_ms != 5", "not duration_ms > 0", "failures >= 2", "campaign = first",
    "campaign = other", "engine = 'example 1'", "attempt = 1", "created_at > 2020-01-01",
    "created_at < 2020-01-01T00:00:00Z", "finished_at > 2020-01-01", "not finished_at > 2020-01-01",
    "(kind = generate or kind = rank) and not (prompt = p0 or prompt = p2)",
])
func theDatabaseFiltersAsFiltersDo(text: String) throws {
    var store = try filled()
    let filter = try Filter(parsing: text, columns: ListingColumns.tasks)
    let all = try store.tasks(try Filter(parsing: "", columns: []), limit: 1000)
    let found = try store.tasks(filter, limit: 1000)
    #expect(all.count == 17)
    #expect(found == all.filter { row in filter.matches { value(row, $0) } })
}

@Test func everyColumnCanBeAskedFor() throws {
    var store = try filled()
    for column in ListingColumns.tasks { _ = try store.tasks(filter(column, "tasks")) }
    for column in ListingColumns.events { _ = try store.events(filter(column, "events")) }
    try store.complete(3..<4)
    _ = try store.rank(rankTask())
    let ranking = try #require(try store.ranking(of: 1))
    for column in ListingColumns.pairs(modalities: ranking.modalities) {
        _ = try store.pairs(of: ranking, filter(column, "pairs"))
    }

    func filter(_ column: Column, _ listing: String) throws -> Filter {
        let value =
            switch column.kind {
            case .text: "'it''s; drop table tasks --'"
            case .word(let words): words[0]
            case .number: "1"
            case .truth: "true"
            case .time: "2026-01-01"
            }
        let columns = [column]
        return try Filter(
            parsing: "\(column.name) = \(value) or \(column.name) in (\(value))", columns: columns)
    }
}

@Test func pagesOfAFilteredListingMeetWithoutGaps() throws {
    var store = try filled()
    let filter = try Filter(parsing: "kind = score", columns: ListingColumns.tasks)
    let all = try store.tasks(filter, limit: 1000).map(\.id)
    var paged: [TaskID] = []
    while true {
        let page = try store.tasks(filter, after: paged.last, limit: 3)
        paged += page.map(\.id)
        if page.count < 3 { break }
    }
    #expect(paged == all)
    #expect(all.count == 8)
}

@Test func theLastEventsAreGivenInTheirOrder() throws {
    var store = try filled()
    let all = try store.events()
    #expect(try store.events(after: -1, limit: 2) == Array(all.suffix(2)))
    #expect(try store.events(of: 1).allSatisfy { $0.campaignName == "first" })
    let failed = try Filter(parsing: "kind = task_failed", columns: ListingColumns.events)
    #expect(try store.events(failed).map(\.task) == [taskID(2, 0)])
}

/// Two campaigns; of the first two prompts are done, and of the third one candidate failed.
private func filled() throws -> Store {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<4))
    _ = try store.submit(sampleCampaign("other"), prompts: samplePrompts(0..<2))
    try store.complete(0..<2)
    try store.apply(
        Changes(
            emitted: [
                taskID(2, 0), taskID(2, 1), rankTask(of: 2), taskID(0, 0, of: 2),
                taskID(1, 1, of: 2),
            ],
            ended: [
                Ended(
                    task: taskID(2, 0), stage: .failed, attempt: Attempt(epoch: 1, number: 3),
                    worker: 1, failures: 2, crashes: 0, message: "CUDA out of memory\nat line 7")
            ]))
    return store
}

private func value(_ row: TaskListing, _ column: String) -> Filter.Value? {
    switch column {
    case "state": .text(row.state.rawValue)
    case "kind": .text(row.kind.description)
    case "name": .text(row.name)
    case "campaign": .text(row.campaign)
    case "prompt": row.prompt.map(Filter.Value.text)
    case "worker": row.worker.map(Filter.Value.text)
    case "engine": row.engine.map(Filter.Value.text)
    case "error": row.error.map(Filter.Value.text)
    case "failures": .number(Double(row.failures))
    case "attempt": .number(Double(row.attempt.number))
    case "ordinal": .number(Double(row.ordinal))
    case "duration_ms": row.duration.map { .number(Double($0) / 1000) }
    case "duration": row.duration.map { .number(Double($0) / 1_000_000) }
    // All were made just now; only the year matters.
    case "created_at": .text("2026")
    case "finished_at": row.finishedAt.map { _ in .text("2026") }
    default: nil
    }
}
