import CLinux

/// Hears of SIGTERM while there is work that is to stop at a good moment instead of at once.
///
/// Unlike `Signals` it may begin at any time and after other threads. One at a time: before and
/// after it SIGTERM ends the process as usual.
public struct Termination: ~Copyable {
    /// Begins to listen.
    public init() { duet_catch_termination() }

    deinit { duet_release_termination() }

    /// Whether SIGTERM came since then.
    public var isAsked: Bool { duet_termination_came() != 0 }
}
