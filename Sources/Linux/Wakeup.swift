import CLinux

/// A descriptor that any thread can make readable, to end another thread's wait.
///
/// Signals add up: many before a `drain()` wake the waiting thread once.
public struct Wakeup: ~Copyable, Sendable {
    /// Readable from a `signal()` until the next `drain()`.
    public let descriptor: Int32

    /// Opens a wake-up that is not signalled.
    public init() throws(SystemError) {
        descriptor = duet_open_eventfd()
        guard descriptor >= 0 else { throw .last("eventfd") }
    }

    deinit { closeDescriptor(descriptor) }

    /// Makes the descriptor readable; never blocks.
    public func signal() {
        // Refused only when the counter is full, and then the descriptor is readable already.
        duet_signal_eventfd(descriptor)
    }

    /// Makes the descriptor quiet again.
    public func drain() {
        duet_drain_eventfd(descriptor)
    }
}
