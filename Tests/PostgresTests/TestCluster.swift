import Foundation
import LocalPostgres
import Postgres
import Synchronization

/// The private server of this test run, started by the first test that needs it.
final class TestCluster: Sendable {
    private static let shared = TestCluster()

    private let folder: String
    private let server = Mutex<LocalPostgres?>(nil)
    private let conninfo: Result<String, LocalPostgresError>

    private init() {
        let folder = FileManager.default.temporaryDirectory.path + "/duet-test-\(getpid())"
        self.folder = folder
        conninfo = server.withLock { server in
            do throws(LocalPostgresError) {
                var started = try LocalPostgres(folder: folder, durable: false)
                try started.start()
                let conninfo = started.conninfo
                server = consume started
                return .success(conninfo)
            } catch {
                return .failure(error)
            }
        }
        atexit { TestCluster.shared.remove() }
    }

    /// Opens a connection, whose temporary tables belong to the calling test alone.
    static func connect() throws -> Connection {
        try Connection(try shared.conninfo.get())
    }

    static func connectionString() throws -> String { try shared.conninfo.get() }

    /// Runs one statement with psql and returns what it prints, fields separated by `|`.
    static func psql(_ statement: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "-XAt", "-d", try connectionString(), "-c", statement]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private func remove() {
        server.withLock { server in
            try? server?.stop()
            server = nil
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
