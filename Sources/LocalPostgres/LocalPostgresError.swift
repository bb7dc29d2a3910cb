public import Postgres

/// Why a private Postgres could not be started or stopped, and what to do about it.
public enum LocalPostgresError: Error, Sendable, CustomStringConvertible {
    /// No server is installed, or not the one that made the data.
    case serverMissing(version: String?)
    /// The caller is root, and there is nobody else to run the server as.
    case userMissing(String)
    /// The data belongs to somebody whom the caller cannot become.
    case wrongOwner(folder: String, owner: UInt32)
    /// The user who runs the server cannot enter the folder.
    case unreachable(folder: String, user: String, blockedAt: String)
    /// A folder that must be private is somebody else's, or open to others.
    case notPrivate(folder: String)
    /// There is something in the place of the data that is no cluster.
    case notACluster(folder: String)
    /// A call of the system failed.
    case system(call: String, path: String, errno: Int32)
    /// The cluster could not be made.
    case initialisationFailed(output: String)
    /// The server ended while it was starting.
    case startFailed(log: String, lines: String)
    /// The server was not ready in time.
    case startTimedOut(seconds: Int, log: String, lines: String)
    /// The server runs, and refuses this program.
    case refused(PostgresError)
    /// The server did not end, not even when told to drop everything.
    case stopTimedOut(process: Int32, seconds: Int)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .serverMissing(let version):
            "there is no Postgres\(version.map { " \($0)" } ?? "") server in "
                + "/usr/lib/postgresql/*/bin or PATH; install the package postgresql"
                + (version.map { "-\($0), which made the data" } ?? "")
        case .userMissing(let name):
            "Postgres does not run as root, and there is no user \(name) to run it as; "
                + "install the package postgresql, or call as another user"
        case .wrongOwner(let folder, let owner):
            "\(folder) belongs to user \(owner); call as that user or root, or use another folder"
        case .unreachable(let folder, let user, let blocked):
            "user \(user), who runs the server, cannot enter \(blocked) on the way to \(folder); "
                + "choose another folder, or allow it with: chmod o+x \(blocked)"
        case .notPrivate(let folder):
            "\(folder) is not a private folder of the user who runs the server; remove it"
        case .notACluster(let folder):
            "\(folder) holds no Postgres cluster; move it away or choose another folder"
        case .system(let call, let path, let errno):
            "\(call) \(path): \(systemText(errno)) (errno \(errno))"
        case .initialisationFailed(let output):
            "initdb failed:\n\(output)"
        case .startFailed(let log, let lines):
            "the Postgres server ended while it was starting; from \(log):\n\(lines)"
        case .startTimedOut(let seconds, let log, let lines):
            "the Postgres server was not ready after \(seconds) s; from \(log):\n\(lines)"
        case .refused(let error):
            "the Postgres server is running and refuses us: \(error)"
        case .stopTimedOut(let process, let seconds):
            "the Postgres server (process \(process)) did not stop in \(seconds) s"
        }
    }
}
