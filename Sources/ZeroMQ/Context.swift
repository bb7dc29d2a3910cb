import CZeroMQ
import Glibc

/// The libzmq instance of a process: its I/O threads and every socket made in it.
///
/// A context may be shared between threads, unlike sockets. Each socket keeps its context alive,
/// so the context ends after its last socket. Sockets start with a linger of 0: what a closed
/// socket has not sent is dropped unless `SocketOption.linger` says otherwise.
@safe public final class Context: Sendable {
    // libzmq documents contexts as thread safe, and the pointer never changes.
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    /// Makes a context with `ioThreads` threads that move bytes; one is enough below 1 GB/s.
    public init(ioThreads: Int32 = 1) throws(ZeroMQError) {
        guard let handle = unsafe zmq_ctx_new() else { throw .last("zmq_ctx_new") }
        unsafe self.handle = unsafe handle
        guard unsafe zmq_ctx_set(handle, ZMQ_IO_THREADS, ioThreads) == 0 else {
            throw .last("zmq_ctx_set", "ZMQ_IO_THREADS")
        }
        guard unsafe zmq_ctx_set(handle, ZMQ_BLOCKY, 0) == 0 else {
            throw .last("zmq_ctx_set", "ZMQ_BLOCKY")
        }
    }

    /// The version of libzmq that this process has loaded.
    public static var libraryVersion: String {
        var parts: [Int32] = [0, 0, 0]
        unsafe parts.withUnsafeMutableBufferPointer { parts in
            guard let first = parts.baseAddress else { return }
            unsafe zmq_version(first, first + 1, first + 2)
        }
        return parts.map { "\($0)" }.joined(separator: ".")
    }

    deinit {
        // Waits for lingering messages; a signal may interrupt it.
        while unsafe zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}
