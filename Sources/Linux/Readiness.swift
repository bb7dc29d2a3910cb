import Glibc

/// A descriptor and what its owner waits for.
public struct Interest: Equatable, Sendable {
    /// What a descriptor can be ready for.
    public enum Direction: Sendable {
        /// Bytes to read, or the end of them.
        case reading
        /// Room to write.
        case writing
    }

    /// The descriptor.
    public let descriptor: Int32
    /// What it is to be ready for.
    public let direction: Direction

    /// Creates an interest in a descriptor.
    public init(_ descriptor: Int32, _ direction: Direction) {
        self.descriptor = descriptor
        self.direction = direction
    }

    /// Waits until something is ready or `deadline` (`Clock.monotonic`) has come; nil = for ever.
    ///
    /// Returns a flag for each interest; a descriptor in error counts as ready. All flags are
    /// false at the deadline, and sometimes before: the caller loops anyway.
    public static func wait(
        for interests: [Interest], until deadline: Int64?
    ) throws(SystemError) -> [Bool] {
        var entries = interests.map { interest in
            let events = interest.direction == .reading ? POLLIN : POLLOUT
            return pollfd(fd: interest.descriptor, events: Int16(events), revents: 0)
        }
        let timeout = deadline.map { deadline in
            // Rounded up: waking too early would only mean waiting again.
            let milliseconds = max(0, deadline - Clock.monotonic + 999_999) / 1_000_000
            return Int32(clamping: milliseconds)
        }
        let result = unsafe entries.withUnsafeMutableBufferPointer { entries in
            unsafe poll(entries.baseAddress, nfds_t(entries.count), timeout ?? -1)
        }
        if result < 0, errno != EINTR { throw .last("poll") }
        return entries.map { result > 0 && $0.revents != 0 }
    }
}
