import Glibc

/// A file that only grows at its end, until it is cut.
public struct AppendOnlyFile: ~Copyable {
    /// Where the file is.
    public let path: String
    /// Its length in bytes, as far as this process wrote it.
    public private(set) var size: Int64
    private let descriptor: Int32

    /// Opens a file and creates it where there is none; the folder has to exist.
    public init(path: String) throws(SystemError) {
        descriptor = try openFile(path, O_WRONLY | O_CREAT | O_APPEND)
        self.path = path
        let end = lseek(descriptor, 0, SEEK_END)
        size = Int64(end)
        // A pipe or terminal has no length and is no place to keep anything, yet may be a log.
        if end < 0 { size = 0 }
    }

    deinit { closeDescriptor(descriptor) }

    /// Writes all bytes at the end.
    ///
    /// On an error a part may have been written: `truncate(to:)` the size from before, if records
    /// have to be whole.
    public mutating func append(_ bytes: Span<UInt8>) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(offset..<bytes.count)
            let count = try writeOnce(descriptor, rest, path: path)
            // A regular file always takes something; anything else must not spin here.
            guard count > 0 else { throw SystemError(call: "write", errno: EAGAIN, path: path) }
            offset += count
            size += Int64(count)
        }
    }

    /// Writes all bytes at the end.
    public mutating func append(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let copy = Array(bytes)
        try append(copy.span)
    }

    /// Cuts the file, or fills it up with zeros, to `length` bytes.
    public mutating func truncate(to length: Int64) throws(SystemError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw .last("ftruncate", path: path)
        }
        size = length
    }

    /// Returns when the disk has what was written.
    public func sync() throws(SystemError) {
        guard retrying({ fdatasync(descriptor) }) == 0 else {
            throw .last("fdatasync", path: path)
        }
    }
}
