import Glibc
import Postgres

/// A Postgres server of one's own: a cluster in a folder, reached through a Unix socket only.
///
/// The server is a child process in a process group of its own, so that an interrupt in the
/// terminal reaches the caller first. Called by root it runs as the user `postgres`. It outlives
/// a killed caller; the next `start` then takes it over. The folder holds
///
/// - `data`, the cluster; `sock`, the socket, unless the path is too long for one;
/// - `postgresql.conf` and the two access files, written at each start;
/// - `extra.conf`, if a person put one there: settings that win over ours;
/// - `log`, what the server says.
public struct LocalPostgres: ~Copyable, Sendable {
    /// The folder, as an absolute path.
    public let folder: String
    private let durable: Bool
    private let user: ServerUser
    private var server: ServerProcess?

    private var data: String { folder + "/data" }
    private var log: String { folder + "/log" }
    private var sockets: SocketFolder { SocketFolder(folder: folder) }

    /// Chooses a folder, which is made if need be; nothing runs before `start`.
    ///
    /// Without `durable` a crash of the machine, though not of the server, may destroy the data:
    /// for tests.
    public init(folder: String, durable: Bool = true) throws(LocalPostgresError) {
        let real = try Folder.make(folder)
        let chosen = try ServerUser.choose(data: real + "/data")
        try chosen.checkReach(real)
        self.folder = real
        self.durable = durable
        user = chosen
    }

    deinit {
        // A child must not be left behind as a zombie; whom it asks to stop has 10 s.
        guard let server, server.isChild, !server.hasEnded() else { return }
        server.send(SIGINT)
        _ = server.waitForEnd(seconds: 10)
    }

    /// The folder of the server's programs that a new cluster would use.
    public static func serverFolder() throws(LocalPostgresError) -> String {
        try ServerBinaries.find(version: nil).folder
    }

    /// How to connect to it as its superuser.
    public var conninfo: String { conninfo(database: "postgres") }

    /// How to connect to one of its databases as its superuser.
    public func conninfo(database: String) -> String {
        let words = [("host", sockets.path), ("user", "postgres"), ("dbname", database)]
        return "port=5432 "
            + words.map { "\($0.0)=\(quotedForConninfo($0.1))" }.joined(separator: " ")
    }

    /// The server's process while it runs.
    public var processID: Int32? { server?.id }

    /// Whether the server had been started by somebody else and was taken over.
    public var isAttached: Bool { server?.isChild == false }

    /// Whether the server process is there; after a crash it is not, and `start` starts it again.
    public func isRunning() -> Bool { server.map { !$0.hasEnded() } ?? false }

    /// Starts the server and waits until it takes connections; makes the cluster if there is none.
    ///
    /// A server that is running on the folder already is taken over. After a crash the server
    /// first replays its log, which can take as long as the work since the last checkpoint did.
    public mutating func start(limitSeconds: Int = 300) throws(LocalPostgresError) {
        if isRunning() { return }
        server = nil
        let deadline = ContinuousClock.now + .seconds(limitSeconds)
        let version = Folder.read(data + "/PG_VERSION").map { String($0.prefix { $0.isNumber }) }
        let binaries = try ServerBinaries.find(version: version)
        try sockets.make(for: user)
        if version == nil { try initialise(binaries) }
        var settings = ServerSettings(
            durable: durable, sockets: sockets.path, accounts: [user.name, ServerUser.callerName])
        while true {
            let logStart = Folder.size(log)
            if let running = Postmaster(data: data)?.liveProcess {
                server = ServerProcess(id: running, isChild: false)
            } else {
                try settings.write(to: folder)
                server = try launch(binaries)
            }
            if try waitUntilReady(deadline, limitSeconds) { return }
            let wasStopping = isAttached
            server = nil
            if wasStopping { continue }
            try prepareRetry(logStart, &settings, deadline)
        }
    }

    /// Stops the server in good order and waits for its end; does nothing when it is not running.
    ///
    /// Open transactions are rolled back. A server that needs longer than the limit is told to
    /// drop everything, after which its next start takes longer and loses nothing.
    public mutating func stop(limitSeconds: Int = 60) throws(LocalPostgresError) {
        guard let server, !server.hasEnded() else { return self.server = nil }
        server.send(SIGINT)
        if !server.waitForEnd(seconds: limitSeconds) {
            server.send(SIGQUIT)
            guard server.waitForEnd(seconds: 10) else {
                throw .stopTimedOut(process: server.id, seconds: limitSeconds + 10)
            }
        }
        self.server = nil
        sockets.remove()
    }

    private func initialise(_ binaries: ServerBinaries) throws(LocalPostgresError) {
        let fresh = folder + "/data.new"
        let output = folder + "/initdb.log"
        guard unsafe rmdir(data) == 0 || errno == ENOENT else { throw .notACluster(folder: data) }
        // What an interrupted attempt left.
        try ServerProcess.run(["/bin/rm", "-rf", "--", fresh, output], output: "/dev/null")
        try Folder.makePrivate(fresh, owner: user)
        var command = [
            binaries.folder + "/initdb", "-D", fresh, "-U", "postgres", "-A", "peer",
            "--no-locale", "-E", "UTF8", "--no-instructions",
        ]
        if !durable { command.append("-N") }
        let status = try ServerProcess.run(user.command(command), output: output)
        guard status == 0 else {
            throw .initialisationFailed(output: Folder.lastLines(of: output, from: 0))
        }
        // The data appears under its name only when it is complete.
        guard unsafe rename(fresh, data) == 0 else {
            throw .system(call: "rename", path: data, errno: errno)
        }
        unsafe _ = unlink(output)
        try Folder.sync(folder)
    }

    private func launch(_ binaries: ServerBinaries) throws(LocalPostgresError) -> ServerProcess {
        try Folder.rotate(log, limit: 16 << 20)
        var environment = ["PATH=/usr/bin:/bin", "LC_ALL=C"]
        if let stale = Postmaster(data: data)?.process {
            // The number may meanwhile be a stranger's, or a zombie's that nobody has reaped,
            // which the server would take for another server. It ignores the number given here.
            environment.append("PG_GRANDPARENT_PID=\(stale)")
        }
        let command = [
            binaries.folder + "/postgres", "-D", data,
            "-c", "config_file=\(folder)/postgresql.conf",
        ]
        let process = try ServerProcess.spawn(
            user.command(command), environment: environment, output: log)
        return ServerProcess(id: process, isChild: true)
    }

    /// Waits until the server takes connections; returns false when it ends before.
    private func waitUntilReady(
        _ deadline: ContinuousClock.Instant, _ limitSeconds: Int
    ) throws(LocalPostgresError) -> Bool {
        guard let server else { return false }
        let refusalLimit = ContinuousClock.now + .seconds(10)
        while true {
            if server.hasEnded() { return false }
            if let postmaster = Postmaster(data: data), postmaster.process == server.id,
                postmaster.isReady
            {
                do {
                    _ = try Connection(conninfo)
                    return true
                } catch {
                    if !error.isStartingUp, ContinuousClock.now > refusalLimit {
                        throw .refused(error)
                    }
                }
            }
            if ContinuousClock.now > deadline {
                if server.isChild {
                    server.send(SIGQUIT)
                    _ = server.waitForEnd(seconds: 10)
                }
                let lines = Folder.lastLines(of: log, from: 0)
                throw .startTimedOut(seconds: limitSeconds, log: log, lines: lines)
            }
            pause(milliseconds: 5)
        }
    }

    /// Returns when another attempt is worth it, and throws otherwise.
    private func prepareRetry(
        _ logStart: Int, _ settings: inout ServerSettings,
        _ deadline: ContinuousClock.Instant
    ) throws(LocalPostgresError) {
        let lines = Folder.lastLines(of: log, from: logStart)
        if settings.compression == "lz4", lines.contains("\"wal_compression\"") {
            settings.compression = "on"
            return
        }
        // Processes of a killed server need a moment to notice, and hold its memory till then.
        let isHeld =
            lines.contains("pre-existing shared memory block")
            || (lines.contains("lock file") && lines.contains("already exists"))
        guard isHeld, ContinuousClock.now < deadline else {
            throw .startFailed(log: log, lines: lines)
        }
        pause(milliseconds: 100)
    }
}

/// Quotes a value for a connection string.
private func quotedForConninfo(_ value: String) -> String {
    var quoted = "'"
    for character in value {
        if character == "'" || character == "\\" { quoted += "\\" }
        quoted.append(character)
    }
    return quoted + "'"
}
