import Glibc

/// How a process ended.
public enum Ending: Equatable, Hashable, Sendable {
    /// It returned a status; 0 means that all went well.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)
    /// Some other part of this process took the status away, or the child could not be ended.
    case unknown
}

extension Ending: CustomStringConvertible {
    /// The status in words: `status 3`, `signal 9 (Killed)`.
    public var description: String {
        switch self {
        case .exited(let status):
            return "status \(status)"
        case .signalled(let number):
            let name = unsafe strsignal(number).map { unsafe String(cString: $0) }
            return "signal \(number) (\(name ?? "unknown"))"
        case .unknown:
            return "an unknown status"
        }
    }
}
