import ArgumentParser
import Foundation
import Schema
import Store

struct DatabaseCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Look after the database.",
        subcommands: [DatabaseMigrate.self, DatabaseStatus.self])
}

struct DatabaseMigrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to this program's version.",
        discussion: "EXAMPLES\n  duet db migrate --database \"host=db dbname=duet\"")

    @Option(help: "libpq connection string; by default $DUET_DATABASE.")
    var database: String?

    func run() throws {
        try reportingFailures {
            try usingStore(database) { (store: inout Store) throws(StoreError) in
                for migration in try store.migrate() {
                    print("applied \(migration.number) \(migration.name)")
                }
                let last = try store.migrationStatus().applied.last?.number ?? 0
                print("the database is at version \(last)")
            }
        }
    }
}

struct DatabaseStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show which migrations are applied.",
        discussion: "EXAMPLES\n  duet db status -o json")

    @Option(help: "libpq connection string; by default $DUET_DATABASE.")
    var database: String?
    @OptionGroup var format: OutputOptions

    private struct Row: Codable {
        var number: Int32
        var name: String
        var applied: Bool
    }

    func run() throws {
        try reportingFailures {
            var rows: [Row] = []
            try usingStore(database) { (store: inout Store) throws(StoreError) in
                let status = try store.migrationStatus()
                rows = status.applied.map { Row(number: $0.number, name: $0.name, applied: true) }
                rows += status.pending.map {
                    Row(number: $0.number, name: $0.name, applied: false)
                }
            }
            if format.output == .json { return printJSON(try JSONEncoder().encode(rows)) }
            var table = Table(["NUMBER", "NAME", "APPLIED"])
            for row in rows { table.add(["\(row.number)", row.name, row.applied ? "yes" : "no"]) }
            table.show()
        }
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
