import ArgumentParser
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
            do throws(StoreError) {
                var store = try Store(try? database ?? databaseFromEnvironment())
                try store.migrate()
                print("the database is at version \(try store.migrationStatus().last?.number ?? 0)")
            } catch { throw Failure.work("\(error)") }
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

    func run() throws {}
}
