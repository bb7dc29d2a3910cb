import Glibc

/// The few steps on folders and small files that a cluster needs.
enum Folder {
    /// Makes a folder and those above it that are missing; returns its real, absolute path.
    static func make(_ path: String) throws(LocalPostgresError) -> String {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/\(part)"
            if unsafe mkdir(prefix, 0o755) == 0 {
                // Whatever the umask: the user who runs the server has to pass.
                guard unsafe chmod(prefix, 0o755) == 0 else { throw failure("chmod", prefix) }
            } else if errno != EEXIST {
                throw failure("mkdir", prefix)
            }
        }
        guard let real = realPath(path) else { throw failure("realpath", path) }
        return real
    }

    /// Makes a folder that only `owner` may enter, or makes sure that it is one.
    static func makePrivate(_ path: String, owner: ServerUser) throws(LocalPostgresError) {
        if unsafe mkdir(path, 0o700) == 0 {
            guard unsafe !owner.isAnother || lchown(path, owner.id, owner.group) == 0 else {
                throw failure("chown", path)
            }
            return
        }
        guard errno == EEXIST else { throw failure("mkdir", path) }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw failure("stat", path) }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder, status.st_uid == owner.id, status.st_mode & 0o077 == 0 else {
            throw .notPrivate(folder: path)
        }
    }

    /// The user who owns a file; nil when there is none.
    static func owner(of path: String) -> uid_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_uid : nil
    }

    /// The size of a file in bytes; 0 when there is none.
    static func size(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Reads a small file from `offset` on; nil when it cannot be read.
    static func read(_ path: String, from offset: Int = 0) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        if offset > 0 { lseek(file, offset, SEEK_SET) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = unsafe Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last 20 lines of a file, not further back than `offset`.
    static func lastLines(of path: String, from offset: Int) -> String {
        let start = max(offset, size(path) - 8192)
        let lines = (read(path, from: start) ?? "").split(separator: "\n")
        return lines.suffix(20).joined(separator: "\n")
    }

    /// Replaces a file in one step.
    static func write(_ text: String, to path: String) throws(LocalPostgresError) {
        let fresh = path + ".new"
        unsafe _ = unlink(fresh)
        let file = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("open", fresh) }
        defer { close(file) }
        // Whatever the umask: the user who runs the server has to read it.
        guard fchmod(file, 0o644) == 0 else { throw failure("chmod", fresh) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    file, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            guard count > 0 else { throw failure("write", fresh) }
            written += count
        }
        guard unsafe rename(fresh, path) == 0 else { throw failure("rename", path) }
    }

    /// Puts a file that has grown beyond `limit` bytes aside, in place of the one before it.
    static func rotate(_ path: String, limit: Int) throws(LocalPostgresError) {
        guard size(path) > limit else { return }
        guard unsafe rename(path, path + ".1") == 0 else { throw failure("rename", path) }
    }

    /// Makes what changed in a folder safe against a power cut.
    static func sync(_ path: String) throws(LocalPostgresError) {
        let file = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("fsync", path) }
    }

    /// The absolute path without links; nil when there is no such file.
    static func realPath(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// What a symbolic link points to.
    static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The folder a path is in.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }

    private static func failure(_ call: String, _ path: String) -> LocalPostgresError {
        .system(call: call, path: path, errno: errno)
    }
}
