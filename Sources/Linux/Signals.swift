import CLinux
import Glibc

/// Signals to this process, received from a descriptor instead of in a handler.
///
/// Create it first thing in `main`: only threads started afterwards inherit that the signals are
/// held back, and a signal goes to any thread that does not hold it back.
public struct Signals: ~Copyable {
    /// SIGTERM: please end.
    public static let terminate: Int32 = SIGTERM
    /// SIGINT: please end, from the keyboard.
    public static let interrupt: Int32 = SIGINT
    /// SIGHUP: the terminal is gone, or: reload.
    public static let hangUp: Int32 = SIGHUP
    /// SIGCHLD: a child has ended.
    public static let childEnded: Int32 = SIGCHLD
    /// SIGKILL: end, without a chance to object.
    public static let kill: Int32 = SIGKILL
    /// What a service wants to hear of.
    public static let ofServices = [terminate, interrupt, hangUp, childEnded]

    /// Readable while a signal waits.
    public let descriptor: Int32

    /// Holds the signals back from now on; by default those that end or reload a service.
    ///
    /// SIGPIPE is ignored as well, so that writing to a pipe whose reader has ended is an error of
    /// that write instead of the end of the process.
    public init(receiving numbers: [Int32] = Signals.ofServices) throws(SystemError) {
        Signals.ignoreBrokenPipes()
        descriptor = unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe duet_open_signalfd(numbers.baseAddress, numbers.count)
        }
        guard descriptor >= 0 else { throw .last("signalfd") }
    }

    deinit { closeDescriptor(descriptor) }

    /// Takes the next signal that waits; equal ones that came together are one.
    public func next() -> Int32? {
        let number = duet_next_signal(descriptor)
        return number > 0 ? number : nil
    }

    /// Makes writing to a pipe without a reader an error of that write, for the whole process.
    public static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
