import Postgres
@testable import Scheduling
@testable import Store
import Testing

@Test func onlyOneCoordinatorLeads() throws {
    let database = try TestDatabase.migrated()
    var first = try Store(database)
    var second = try Store(database)
    #expect(try second.leadership() == nil)
    #expect(try first.tryLead(name: "a", address: "tcp://a") == 1)
    #expect(try second.tryLead(name: "b", address: "tcp://b") == nil)
    #expect(try second.leadership()?.name == "a")
    try first.resign()
    #expect(try second.tryLead(name: "b", address: "tcp://b") == 2)
    let leader = try first.leadership()
    #expect(leader?.address == "tcp://b")
    #expect(leader?.epoch == 2)
}

@Test func withoutLeadingNothingIsWritten() throws {
    var store = try Store(try TestDatabase.migrated())
    #expect(throws: StoreError.notLeading) { try store.apply(Changes(emitted: [taskID(0, 0)])) }
    #expect(throws: StoreError.notLeading) { try store.submit(sampleCampaign(), prompts: []) }
    #expect(throws: StoreError.notLeading) { try store.snapshot() }
    #expect(throws: StoreError.notLeading) { try store.renew() }
}

@Test func everyWriteOfAFormerLeaderIsRefused() throws {
    let database = try TestDatabase.migrated()
    var old = try Store(database)
    _ = try old.tryLead(name: "old", address: "")
    _ = try old.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    try old.apply(Changes(emitted: [taskID(0, 0)]))
    try old.giveUpLockOnly()
    var new = try Store(database)
    #expect(try new.tryLead(name: "new", address: "") == 2)
    try new.apply(Changes(completed: [completion(taskID(0, 0))]))

    let fenced = StoreError.fenced(epoch: 1, current: 2)
    #expect(throws: fenced) { try old.apply(Changes(emitted: [taskID(1, 0)])) }
    // Also when its changes no longer fit the rows.
    #expect(throws: fenced) { try old.apply(Changes(completed: [completion(taskID(0, 0))])) }
    #expect(throws: fenced) { try old.apply(Changes(emitted: [taskID(0, 0)])) }
    #expect(throws: fenced) { try old.submit(sampleCampaign("other"), prompts: []) }
    #expect(throws: fenced) { try old.rank(rankTask()) }
    #expect(throws: fenced) { try old.renew() }
    #expect(try new.text("count(*)) from tasks") == "1")
    // Another connection of the leading process writes under its epoch.
    old.write(under: 2)
    try old.apply(Changes(emitted: [taskID(1, 0)]))
}

@Test func takingOverWaitsForTheTransactionInFlight() async throws {
    let database = try TestDatabase.migrated()
    var old = try Store(database)
    _ = try old.tryLead(name: "old", address: "")
    _ = try old.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try old.giveUpLockOnly()
    try old.connection.begin()
    try old.connection.holdEpoch(1)
    try old.connection.execute("insert into tasks (id, kind) values (99, 'generate')")

    async let won = lead(database)
    // It is seen to wait for the row that the transaction holds.
    var watch = try Store(database)
    while try watch.text(
        "count(*)) from pg_stat_activity where datname = current_database() "
            + "and wait_event_type = 'Lock'") == "0"
    {}
    #expect(try watch.leadership()?.epoch == 1)
    try old.connection.commit()
    let (epoch, tasks) = try await won
    #expect(epoch == 2)
    #expect(tasks == "99")
}

private func lead(_ database: String) async throws -> (Int32?, String) {
    var store = try Store(database)
    let epoch = try store.tryLead(name: "new", address: "")
    return (epoch, try store.text("id) from tasks"))
}

@Test func aStandbyEndsALeaderThatNoLongerRenews() throws {
    let database = try TestDatabase.migrated()
    var paused = try Store(database)
    _ = try paused.tryLead(name: "paused", address: "")
    var standby = try Store(database)
    #expect(try standby.waitToLead(name: "standby", address: "", staleAfter: 300) == 2)
    do {
        try paused.apply(Changes(emitted: [taskID(0, 0)]))
        Issue.record("a paused leader wrote")
    } catch {
        #expect(error.isConnectionLost)
    }
    let isBroken = paused.isBroken
    #expect(isBroken)
}

@Test func aStandbyLeavesALeaderThatRenewsAlone() throws {
    let database = try TestDatabase.migrated()
    var leader = try Store(database)
    _ = try leader.tryLead(name: "leader", address: "")
    var standby = try Store(database)
    var polls = 0
    var failures = 0
    let won = try standby.waitToLead(name: "standby", address: "", staleAfter: 300) {
        polls += 1
        do { try leader.renew() } catch { failures += 1 }
        return polls < 6
    }
    #expect(won == nil)
    #expect(failures == 0)
}

extension Store {
    /// Loses the lock as by a cut connection, but still believes that it leads.
    fileprivate mutating func giveUpLockOnly() throws {
        try connection.execute("select pg_advisory_unlock_all()")
    }
}
