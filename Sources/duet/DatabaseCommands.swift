import ArgumentParser
import Console
import Foundation
import Schema
import Store

struct DatabaseCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database: bring it up to date, see what it holds.",
        subcommands: [DatabaseMigrate.self, DatabaseStatus.self])
}

struct DatabaseMigrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to this program's version.",
        discussion: "EXAMPLES\n  duet db migrate --database \"host=db dbname=duet\"")

    @Option(help: "libpq connection string; by default $DUET_DATABASE.")
    var database: String?

    func run() throws {
        try usingStore(database) { (store: inout Store) throws(StoreError) in
            for migration in try store.migrate() {
                say("applied \(migration.number) \(migration.name)")
            }
            let last = try store.migrationStatus().applied.last?.number ?? 0
            say("the database is at version \(last)")
        }
    }
}

struct DatabaseStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show which migrations are applied.",
        usage: "duet db status [<options>]",
        discussion: "EXAMPLES\n  duet db status -o json")

    @Option(help: "libpq connection string; by default $DUET_DATABASE.")
    var database: String?
    @OptionGroup var format: OutputOptions

    private static let columns: [Column] = [
        Column("number", "NUMBER", .count, importance: 3),
        Column("name", "NAME", importance: 2),
        Column("applied", "APPLIED", importance: 3),
    ]

    func run() throws {
        var rows: [Value] = []
        try usingStore(database) { (store: inout Store) throws(StoreError) in
            let status = try store.migrationStatus()
            rows = status.applied.map { Self.row($0.number, $0.name, isApplied: true) }
            rows += status.pending.map { Self.row($0.number, $0.name, isApplied: false) }
        }
        var printer = ListingPrinter(try format.layout(Self.columns, identity: "number"))
        Terminal.write(printer.text(of: rows) + printer.end())
        if rows.contains(where: { $0["applied"].flag == false }) {
            remark("`duet db migrate` applies the rest.")
        }
    }

    private static func row(_ number: Int32, _ name: String, isApplied: Bool) -> Value {
        .object([
            .init("number", .integer(Int64(number))), .init("name", .text(name)),
            .init("applied", .flag(isApplied)),
        ])
    }
}

/// Opens the database named by option or environment.
private func usingStore(
    _ database: String?, _ body: (inout Store) throws(StoreError) -> Void
) throws {
    let database = try database ?? databaseFromEnvironment()
    do throws(StoreError) {
        var store = try Store(database)
        try body(&store)
    } catch {
        throw error.isConnectionLost ? Failure.unreachable("\(error)") : Failure.work("\(error)")
    }
}
