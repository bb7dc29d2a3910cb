import Foundation
import LocalPostgres
import Postgres
import TemporaryFolders
import Testing

/// Each test has a cluster of its own, without care for the disk.
struct LocalPostgresTests {
    @Test func aClusterIsMadeStartedStoppedAndStartedAgain() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        #expect(server.isRunning() == false)
        try server.start()
        #expect(server.isRunning() == true)
        #expect(server.isAttached == false)
        try fill(server.conninfo)
        try server.stop()
        #expect(server.isRunning() == false)
        #expect(throws: PostgresError.self) { _ = try Connection(server.conninfo) }
        try server.start()
        #expect(try count(server.conninfo) == 3)
        try server.stop()
    }

    @Test func committedDataSurvivesAKilledServer() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try server.start()
        try fill(server.conninfo)
        for _ in 0..<3 {
            let process = try #require(server.processID as Int32?)
            #expect(kill(process, SIGKILL) == 0)
            try waitForEnd(of: server)
            try server.start()
            #expect(server.processID != process)
            #expect(try count(server.conninfo) == 3)
        }
        try server.stop()
    }

    @Test func aSecondCallerTakesTheServerOver() throws {
        let folder = try TemporaryFolder()
        var first = try LocalPostgres(folder: folder.path, durable: false)
        try first.start()
        try fill(first.conninfo)
        var second = try LocalPostgres(folder: folder.path, durable: false)
        try second.start()
        #expect(second.isAttached == true)
        #expect(second.processID == first.processID)
        #expect(try count(second.conninfo) == 3)
        try second.stop()
        #expect(first.isRunning() == false)
    }

    @Test func aKilledServerThatNobodyHasReapedIsReplaced() throws {
        let folder = try TemporaryFolder()
        var first = try LocalPostgres(folder: folder.path, durable: false)
        try first.start()
        try fill(first.conninfo)
        var second = try LocalPostgres(folder: folder.path, durable: false)
        try second.start()
        let process = try #require(second.processID as Int32?)
        #expect(kill(process, SIGKILL) == 0)
        // Not asking the first one, whose child it is, leaves the process a zombie.
        while second.isRunning() { sched_yield() }
        try second.start()
        #expect(second.isAttached == false)
        #expect(try count(second.conninfo) == 3)
        try second.stop()
    }

    @Test func aStaleFileThatNamesAStrangerIsNoObstacle() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try server.start()
        let file = folder.path + "/data/postmaster.pid"
        let stale = try String(contentsOfFile: file, encoding: .utf8)
        try server.stop()
        // As after a restart of the machine, when the number belongs to somebody else.
        let stranger = try Stranger(like: folder.path + "/data")
        let lines = stale.split(separator: "\n", omittingEmptySubsequences: false)
        let text = (["\(stranger.process)"] + lines.dropFirst().map { String($0) })
            .joined(separator: "\n")
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        try server.start()
        #expect(server.isAttached == false)
        try server.stop()
    }

    @Test func aLongPathGetsAShortSocket() throws {
        let folder = try TemporaryFolder()
        let long = folder.path + "/" + String(repeating: "long", count: 30)
        var server = try LocalPostgres(folder: long, durable: false)
        #expect(server.conninfo.contains("host='/tmp/duet-postgres-"))
        try server.start()
        try fill(server.conninfo)
        try server.stop()
    }

    @Test func aPathWithQuotesAndSpacesWorks() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path + "/it's \"a\" \\path", durable: false)
        try server.start()
        try fill(server.conninfo)
        try server.stop()
    }

    @Test func settingsOfAPersonWin() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: true)
        try "work_mem = '7MB'\nfsync = off\n"
            .write(toFile: folder.path + "/extra.conf", atomically: true, encoding: .utf8)
        try server.start()
        var connection = try Connection(server.conninfo)
        let row = try #require(
            try connection.query(
                """
                select current_setting('work_mem'), current_setting('fsync'),
                       current_setting('synchronous_commit'), current_setting('listen_addresses')
                """
            ).first)
        let texts = try (0..<4).map { try row.value($0, as: String.self) }
        #expect(texts == ["7MB", "off", "on", ""])
        try server.stop()
    }

    @Test func aServerThatCannotStartShowsItsLog() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try "no_such_setting = 1\n"
            .write(toFile: folder.path + "/extra.conf", atomically: true, encoding: .utf8)
        let error = #expect(throws: LocalPostgresError.self) { try server.start() }
        #expect(error?.description.contains("no_such_setting") == true)
        #expect(server.isRunning() == false)
    }

    @Test func aFolderThatIsNoClusterIsRefused() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/data/holiday", withIntermediateDirectories: true)
        let error = #expect(throws: LocalPostgresError.self) { try server.start() }
        #expect(error?.description.contains("/data holds no Postgres cluster") == true)
    }

    @Test func dataOfAServerThatIsNotInstalledIsRefused() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try server.start()
        try server.stop()
        try "9\n".write(
            toFile: folder.path + "/data/PG_VERSION", atomically: false, encoding: .utf8)
        #expect(throws: LocalPostgresError.self) { try server.start() }
    }

    @Test func aFolderTheServersUserCannotEnterIsNamed() throws {
        // Only root runs the server as somebody else.
        guard geteuid() == 0 else { return }
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/closed", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let error = #expect(throws: LocalPostgresError.self) {
            _ = try LocalPostgres(folder: folder.path + "/closed/state", durable: false)
        }
        #expect(error?.description.contains("cannot enter \(folder.path)/closed on") == true)
    }

    @Test func noPortIsOpened() throws {
        let folder = try TemporaryFolder()
        var server = try LocalPostgres(folder: folder.path, durable: false)
        try server.start()
        let process = try #require(server.processID as Int32?)
        let sockets = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
            .compactMap {
                try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(process)/fd/\($0)")
            }
            .filter { $0.hasPrefix("socket:") }
        let listening = try String(contentsOfFile: "/proc/\(process)/net/tcp", encoding: .utf8)
        for socket in sockets {
            let inode = socket.dropFirst("socket:[".count).dropLast()
            #expect(!listening.contains(" \(inode) "))
        }
        try server.stop()
    }

    private func fill(_ conninfo: String) throws {
        var connection = try Connection(conninfo)
        try connection.executeScript("create table t (id int8); insert into t values (1), (2), (3)")
    }

    private func count(_ conninfo: String) throws -> Int {
        var connection = try Connection(conninfo)
        return try connection.query("select from t").count
    }

    private func waitForEnd(of server: borrowing LocalPostgres) throws {
        while server.isRunning() { sched_yield() }
    }
}
