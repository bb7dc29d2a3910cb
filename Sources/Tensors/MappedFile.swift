import Glibc

/// A file's bytes, mapped into memory and read only when they are touched.
// Unchecked: the bytes never change after the mapping was made.
@safe final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps a file; the error is errno's.
    init(path: String) throws(SystemError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(code: errno, "cannot open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SystemError(code: errno, "cannot look at \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(code: EINVAL, "\(path) is not a file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe start != MAP_FAILED
        else { throw SystemError(code: errno, "cannot map \(path)") }
        unsafe bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        guard let start = unsafe bytes.baseAddress else { return }
        unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}

/// A call to the system that failed.
struct SystemError: Error, CustomStringConvertible {
    let code: Int32
    let what: String

    init(code: Int32, _ what: String) {
        self.code = code
        self.what = what
    }

    var description: String { unsafe "\(what): \(String(cString: strerror(code)))" }
}
