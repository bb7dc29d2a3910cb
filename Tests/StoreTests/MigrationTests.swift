import Postgres
import Schema
@testable import Store
import Testing

@Test func anEmptyDatabaseGetsAllMigrationsOnce() throws {
    var store = try Store(try TestDatabase.empty())
    #expect(try store.migrationStatus().pending == Migrations.all)
    #expect(throws: StoreError.oldDatabase(number: 0, known: Int32(Migrations.all.count))) {
        try store.requireMigrated()
    }
    #expect(try store.migrate() == Migrations.all)
    #expect(try store.migrate() == [])
    let status = try store.migrationStatus()
    #expect(status.pending == [])
    #expect(status.applied.map(\.number) == Migrations.all.map(\.number))
    try store.requireMigrated()
}

@Test func migrationsAreNumberedFromOne() {
    #expect(Migrations.all.map(\.number) == Migrations.all.indices.map { Int32($0) + 1 })
    #expect(Set(Migrations.all.map(\.checksum)).count == Migrations.all.count)
}

@Test func aNewerDatabaseIsRefused() throws {
    var store = try Store(try TestDatabase.empty())
    let known = Migrations.all + [script(next, "select 1"), script(next + 1, "select 1")]
    _ = try store.migrate(known)
    let newer = StoreError.newerDatabase(number: next + 1, known: next - 1)
    #expect(throws: newer) { try store.migrate() }
    #expect(throws: newer) { try store.migrationStatus() }
}

@Test func anEditedMigrationIsRefused() throws {
    var store = try Store(try TestDatabase.empty())
    _ = try store.migrate(Migrations.all + [script(next, "select 1")])
    #expect(throws: StoreError.changedMigration(number: next, name: "test")) {
        try store.migrate(Migrations.all + [script(next, "select 2")])
    }
}

@Test func aMigrationThatFailsLeavesNothing() throws {
    var store = try Store(try TestDatabase.empty())
    let broken = script(next, "create table half (id integer); select * from nowhere")
    #expect(throws: StoreError.self) { try store.migrate(Migrations.all + [broken]) }
    #expect(try store.migrationStatus().applied.map(\.number) == Migrations.all.map(\.number))
    #expect(try store.text("to_regclass('half') is null)") == "t")
    // The lock was given back, so that the mended script can be applied.
    let mended = script(next, "create table whole (id integer)")
    #expect(try store.migrate(Migrations.all + [mended]) == [mended])
}

@Test func oneOfTwoProgramsMigrates() async throws {
    let database = try TestDatabase.empty()
    let applied = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<2 {
            group.addTask {
                var store = try Store(database)
                return try store.migrate().count
            }
        }
        return try await group.reduce(0, +)
    }
    #expect(applied == Migrations.all.count)
}

/// The number of the migration after the last one.
private let next = Int32(Migrations.all.count) + 1

private func script(_ number: Int32, _ sql: String) -> Migration {
    Migration(number, "test", Array(sql.utf8))
}
