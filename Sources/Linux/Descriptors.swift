import CLinux
import Glibc

/// What one read of a descriptor that never blocks came to.
public enum ReadOutcome: Equatable, Sendable {
    /// So many bytes were read.
    case bytes(Int)
    /// Nothing is there now.
    case wouldBlock
    /// The other side has closed.
    case end
}

/// Repeats a call for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// Closes a descriptor; Linux frees the number even when it reports an error.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// Opens a pipe whose ends do not survive exec.
func openPipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    let result = unsafe ends.withUnsafeMutableBufferPointer { pointer in
        guard let base = pointer.baseAddress else { return Int32(-1) }
        return unsafe duet_open_pipe(base)
    }
    guard result == 0 else { throw .last("pipe2") }
    return (ends[0], ends[1])
}

/// Makes reads and writes of a descriptor return at once.
func makeNonBlocking(_ descriptor: Int32) throws(SystemError) {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
        throw .last("fcntl")
    }
}

/// Opens a file with close-on-exec.
func openFile(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let descriptor = retrying { unsafe open(path, flags | O_CLOEXEC, 0o644) }
    guard descriptor >= 0 else { throw .last("open", path: path) }
    return descriptor
}

/// Reads once into the start of `bytes`.
func readOnce(
    _ descriptor: Int32, into bytes: inout [UInt8], path: String? = nil
) throws(SystemError) -> ReadOutcome {
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        retrying { unsafe read(descriptor, buffer.baseAddress, buffer.count) }
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    if errno == EAGAIN { return .wouldBlock }
    throw .last("read", path: path)
}

/// Writes once and returns how many bytes were taken; 0 when the other side is not ready.
func writeOnce(
    _ descriptor: Int32, _ bytes: Span<UInt8>, path: String? = nil
) throws(SystemError) -> Int {
    let count = unsafe bytes.withUnsafeBufferPointer { buffer in
        retrying { unsafe write(descriptor, buffer.baseAddress, buffer.count) }
    }
    if count >= 0 { return count }
    if errno == EAGAIN { return 0 }
    throw .last("write", path: path)
}

/// Reads a whole small file, such as one of /proc.
public func contents(ofFile path: String) throws(SystemError) -> [UInt8] {
    let descriptor = try openFile(path, O_RDONLY)
    defer { closeDescriptor(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while case .bytes(let count) = try readOnce(descriptor, into: &chunk, path: path) {
        all.append(contentsOf: chunk[..<count])
    }
    return all
}
