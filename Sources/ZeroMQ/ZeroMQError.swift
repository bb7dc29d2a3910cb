import CZeroMQ
import Glibc

/// A libzmq call that failed: which call, on what, and the system's reason.
public struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The libzmq function, such as `zmq_bind`.
    public var call: String
    /// The endpoint or option the call was about, when it was about one.
    public var subject: String?
    /// The error number; values from 156384713 up are libzmq's own.
    public var errno: Int32
    /// libzmq's text for the number.
    public var message: String

    /// Whether another socket holds the endpoint already.
    public var isAddressInUse: Bool { errno == EADDRINUSE }

    /// The call, its subject and the reason in one line.
    public var description: String {
        let target = subject.map { " \($0)" } ?? ""
        return "\(call)\(target): \(message) (errno \(errno))"
    }

    /// Takes the calling thread's error number, which the failed call has just set.
    static func last(_ call: String, _ subject: String? = nil) -> ZeroMQError {
        let number = zmq_errno()
        let text = unsafe String(cString: zmq_strerror(number))
        return ZeroMQError(call: call, subject: subject, errno: number, message: text)
    }
}
