import Glibc
import Synchronization

/// A file that comes into being whole: written under another name in the same folder, then renamed.
///
/// What is not committed is removed when it goes out of scope.
struct AtomicFile: ~Copyable {
    /// The name that the file gets in the end.
    let path: String
    /// The name to write to.
    let temporary: String
    private static let counter = Atomic<Int>(0)

    /// Chooses a name that nobody else uses.
    init(_ path: String) {
        self.path = path
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        temporary = "\(path[..<slash]).\(path[slash...]).\(getpid())-\(number).part"
    }

    deinit { unsafe unlink(temporary) }

    /// Puts the finished file in its place, on disk before its name is.
    func commit() throws(MediaError) {
        let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        let synced = fsync(descriptor)
        close(descriptor)
        guard synced == 0, unsafe rename(temporary, path) == 0 else { throw failure() }
    }

    /// Writes all bytes and commits.
    func write(_ bytes: [UInt8]) throws(MediaError) {
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                let error = failure()
                close(descriptor)
                throw error
            }
            written += count
        }
        close(descriptor)
        try commit()
    }

    /// Why the last system call on it failed.
    func failure() -> MediaError {
        MediaError(
            .unwritable, path, "it cannot be written: \(lastSystemError())",
            advice: "give a path in a folder that exists, is writable and has room")
    }
}
