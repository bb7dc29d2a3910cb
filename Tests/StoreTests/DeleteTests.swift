@testable import Scheduling
@testable import Store
import Testing

@Test func aDeletedCampaignIsGoneFromViewAtOnceAndThenFromEveryTable() throws {
    var store = try leadingStore()
    try store.fill("first")
    try store.fill("second")
    let kept = try store.rowCounts(of: 2)
    try store.beginDeleting(1)
    try store.apply(Changes())
    #expect(try store.campaigns().map(\.name) == ["second"])
    #expect(try store.campaign("first") == nil)
    #expect(try store.campaignNames() == [2: "second"])
    #expect(try store.snapshot().snapshot.campaigns.map(\.plan.id) == [])
    #expect(throws: StoreError.self) {
        try store.submit(sampleCampaign("first"), prompts: samplePrompts(0..<1))
    }
    #expect(try store.campaignsBeingDeleted() == [1])
    var parts = 0
    while try !store.deleteSome(of: 1, limit: 5) { parts += 1 }
    #expect(parts > 10)
    #expect(try store.rowCounts(of: 1).allSatisfy { $0.hasSuffix(" 0") })
    #expect(try store.rowCounts(of: 2) == kept)
    // Its name is free again, its number is not.
    let again = try store.submit(sampleCampaign("first"), prompts: samplePrompts(0..<1))
    #expect(again.id == 3)
}

@Test func theHighestNumberIsNotGivenAgain() throws {
    var store = try leadingStore()
    try store.fill("first")
    try store.beginDeleting(1)
    try store.apply(Changes())
    while try !store.deleteSome(of: 1) {}
    #expect(try store.submit(sampleCampaign("first"), prompts: samplePrompts(0..<1)).id == 2)
}

@Test func aHalfDeletedCampaignIsGoneOnWithByTheNextLeader() throws {
    var store = try leadingStore()
    try store.fill("first")
    try store.beginDeleting(1)
    try store.apply(Changes())
    for _ in 0..<6 { _ = try store.deleteSome(of: 1, limit: 5) }
    try store.resign()
    _ = try store.tryLead(name: "next", address: "")
    #expect(try store.campaignsBeingDeleted() == [1])
    while try !store.deleteSome(of: 1, limit: 5) {}
    #expect(try store.campaignsBeingDeleted() == [])
    #expect(try store.rowCounts(of: 1).allSatisfy { $0.hasSuffix(" 0") })
}

@Test func onlyAnEndedCampaignIsDeleted() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    #expect(throws: StoreError.self) { try store.beginDeleting(1) }
    #expect(throws: StoreError.notFound("there is no campaign 7")) { try store.beginDeleting(7) }
    #expect(try store.campaign("first")?.state == .running)
}

@Test func aFormerLeaderDeletesNothing() throws {
    var store = try leadingStore()
    try store.fill("first")
    try store.beginDeleting(1)
    try store.apply(Changes())
    try store.resign()
    _ = try store.tryLead(name: "next", address: "")
    store.write(under: 1)
    #expect(throws: StoreError.fenced(epoch: 1, current: 2)) { try store.deleteSome(of: 1) }
}

extension Store {
    /// A campaign that has everything a campaign can have, and has completed.
    fileprivate mutating func fill(_ name: String) throws {
        let id = try submit(sampleCampaign(name), prompts: samplePrompts(0..<4)).id
        try complete(0..<4, campaign: id) { prompt, ordinal, _ in
            prompt == 3 ? nil : Double(ordinal + prompt)
        }
        try apply(Changes(emitted: [rankTask(of: id)]))
        _ = try rank(rankTask(of: id))
        let tally = CampaignTally(prompts: 4, kinds: [:])
        try apply(
            Changes(
                completed: [completion(rankTask(of: id), .nothing)],
                recorded: [
                    RecordedLease(
                        task: taskID(0, 0, of: id), attempt: Attempt(epoch: 1, number: 1),
                        worker: 1)
                ],
                campaigns: [
                    CampaignChange(
                        campaign: id, state: .completed, reason: "", tally: tally)
                ]))
    }

    fileprivate mutating func rowCounts(of id: CampaignID) throws -> [String] {
        let keys = [
            ("scores", "candidate_id >> 40"), ("pairs", "ranking_id >> 40"),
            ("unpaired", "ranking_id >> 40"), ("ineligible", "ranking_id >> 40"),
            ("rankings", "campaign_id"), ("candidates", "id >> 40"), ("attempts", "task_id >> 40"),
            ("tasks", "id >> 40"), ("prompts", "campaign_id"), ("events", "campaign_id"),
            ("recipes", "campaign_id"), ("campaigns", "id"),
        ]
        return try keys.map { table, key in
            "\(table) "
                + (try text("count(*)) from \(table) where \(key) = \(id)"))
        }
    }
}
