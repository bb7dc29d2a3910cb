import Glibc

/// Why a lock file could not be locked.
public enum FileLockError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process holds it; `pid` is what it wrote into the file.
    case held(path: String, pid: Int32?)
    /// The file could not be opened or written.
    case system(SystemError)

    /// What is wrong and who is in the way.
    public var description: String {
        switch self {
        case .held(let path, let pid?): "\"\(path)\" is locked by process \(pid)"
        case .held(let path, nil): "\"\(path)\" is locked by another process"
        case .system(let error): error.description
        }
    }
}

/// A lock that one process holds on a file; it ends with the process, however that ends.
///
/// The file stays: deleting it would let two processes lock two files of the same name.
public struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Locks the file, creating it where there is none, and writes this process's number into it.
    public init(path: String) throws(FileLockError) {
        let opened: Int32
        do throws(SystemError) {
            opened = try openFile(path, O_RDWR | O_CREAT)
        } catch {
            throw .system(error)
        }
        do throws(SystemError) {
            try FileLock.lock(opened, path)
        } catch {
            closeDescriptor(opened)
            guard error.errno == EWOULDBLOCK else { throw .system(error) }
            throw .held(path: path, pid: FileLock.holder(path))
        }
        descriptor = opened
    }

    /// Locks a folder itself, in which nothing is written.
    ///
    /// Some network file systems cannot lock a folder; the error's call is then `flock`.
    public init(folder: String) throws(FileLockError) {
        let opened: Int32
        do throws(SystemError) {
            opened = try openFile(folder, O_RDONLY | O_DIRECTORY)
        } catch {
            throw .system(error)
        }
        guard retrying({ flock(opened, LOCK_EX | LOCK_NB) }) == 0 else {
            let error = SystemError.last("flock", path: folder)
            closeDescriptor(opened)
            throw error.errno == EWOULDBLOCK ? .held(path: folder, pid: nil) : .system(error)
        }
        descriptor = opened
    }

    deinit {
        // Closing alone would not do while a child that is just being started has a copy.
        _ = flock(descriptor, LOCK_UN)
        closeDescriptor(descriptor)
    }

    private static func lock(_ descriptor: Int32, _ path: String) throws(SystemError) {
        guard retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            throw .last("flock", path: path)
        }
        guard ftruncate(descriptor, 0) == 0 else { throw .last("ftruncate", path: path) }
        let text = Array("\(getpid())\n".utf8)
        _ = try writeOnce(descriptor, text.span, path: path)
    }

    private static func holder(_ path: String) -> Int32? {
        guard let bytes = try? contents(ofFile: path) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
