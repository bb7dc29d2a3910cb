import Glibc

/// The folder of the server's socket, beside the data where the path is short enough.
struct SocketFolder {
    /// Unix socket paths end at 107 bytes.
    private static let limit = 107
    private static let socketName = "/.s.PGSQL.5432"

    let path: String
    private let isBesideData: Bool

    init(folder: String) {
        let beside = folder + "/sock"
        isBesideData = beside.utf8.count + Self.socketName.utf8.count <= Self.limit
        path = isBesideData ? beside : "/tmp/duet-postgres-" + Self.digest(folder)
    }

    func make(for user: ServerUser) throws(LocalPostgresError) {
        try Folder.makePrivate(path, owner: user)
    }

    /// Leaves nothing behind in the folder for temporary files.
    func remove() {
        guard !isBesideData else { return }
        unsafe _ = rmdir(path)
    }

    /// FNV-1a: the name must be the same for every process, and needs no secrecy, because the
    /// folder is refused unless it is the user's own.
    private static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
