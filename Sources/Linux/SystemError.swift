import Glibc

/// A call to Linux that failed: which call, why, and on which file.
public struct SystemError: Error, Equatable, Sendable {
    /// The name of the call, as its manual page has it.
    public let call: String
    /// The error number (`ENOENT`, `ENOSPC`, …).
    public let errno: Int32
    /// The file that the call was about, if it was about one.
    public let path: String?

    /// Creates the error of a call.
    public init(call: String, errno: Int32, path: String? = nil) {
        self.call = call
        self.errno = errno
        self.path = path
    }

    /// Takes the error number that the last call of this thread left behind.
    static func last(_ call: String, path: String? = nil) -> SystemError {
        SystemError(call: call, errno: Glibc.errno, path: path)
    }

    /// Whether the disk, or what this user may take of it, is full.
    public var isDiskFull: Bool {
        errno == ENOSPC || errno == EDQUOT
    }

    /// Whether the file or a folder on the way to it does not exist.
    public var isMissingFile: Bool {
        errno == ENOENT || errno == ENOTDIR
    }
}

extension SystemError: CustomStringConvertible {
    /// What failed and why, in a line: `open "/spool/7": No such file or directory (errno 2)`.
    public var description: String {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown error"
        let subject = path.map { " \"\($0)\"" } ?? ""
        return "\(call)\(subject): \(reason) (errno \(errno))"
    }
}
