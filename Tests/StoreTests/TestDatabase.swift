import Foundation
import LocalPostgres
import Postgres
import Store
import Synchronization

/// The private server of this test run, and a database of its own for each test.
final class TestDatabase: Sendable {
    private static let shared = TestDatabase()
    private static let template = "migrated"

    private let folder: String
    private let server = Mutex<LocalPostgres?>(nil)
    private let ready: Result<Void, any Error>
    private let last = Mutex(0)

    private init() {
        let folder = FileManager.default.temporaryDirectory.path + "/duet-store-\(getpid())"
        self.folder = folder
        ready = server.withLock { server in
            Result {
                var started = try LocalPostgres(folder: folder, durable: false)
                try started.start()
                var connection = try Connection(started.conninfo)
                try connection.executeScript("create database \(Self.template)")
                var store = try Store(started.conninfo(database: Self.template))
                try store.migrate()
                server = consume started
            }
        }
        atexit { TestDatabase.shared.remove() }
    }

    /// Makes a migrated database and returns how to connect to it.
    static func migrated() throws -> String { try shared.make(from: template) }

    /// Makes an empty database and returns how to connect to it.
    static func empty() throws -> String { try shared.make(from: "template0") }

    private func make(from template: String) throws -> String {
        try ready.get()
        let number = last.withLock { number in
            number += 1
            return number
        }
        return try server.withLock { server in
            guard let conninfo = server?.conninfo,
                let own = server?.conninfo(database: "t\(number)")
            else { throw CancellationError() }
            var connection = try Connection(conninfo)
            try connection.executeScript("create database t\(number) template \(template)")
            return own
        }
    }

    private func remove() {
        server.withLock { server in
            try? server?.stop()
            server = nil
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
