import Glibc

/// Where the server's programs are.
struct ServerBinaries {
    /// The folder with `initdb` and `postgres`.
    var folder: String

    /// Finds the newest server, or the one of the version that made the data.
    static func find(version: String?) throws(LocalPostgresError) -> ServerBinaries {
        let versions = version.map { [$0] } ?? (12...40).reversed().map { "\($0)" }
        var folders = versions.map { "/usr/lib/postgresql/\($0)/bin" }
        // Outside the usual place nothing tells the version; the server itself checks it.
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        for folder in path.split(separator: ":") {
            // Often a link to the real place, beside which initdb stands.
            if let program = Folder.realPath("\(folder)/postgres") {
                folders.append(Folder.parent(of: program))
            }
        }
        let found = folders.first { folder in
            unsafe access(folder + "/initdb", X_OK) == 0 && access(folder + "/postgres", X_OK) == 0
        }
        guard let found else { throw .serverMissing(version: version) }
        return ServerBinaries(folder: found)
    }
}
