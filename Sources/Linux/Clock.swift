import Glibc

/// The two clocks of the system.
public enum Clock {
    /// Nanoseconds since some fixed point; never goes back, so it is the one to measure with.
    public static var monotonic: Int64 {
        let now = read(CLOCK_MONOTONIC)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// Microseconds since 1970-01-01 UTC; may jump when the clock is set.
    public static var wall: Int64 {
        let now = read(CLOCK_REALTIME)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }

    /// Nanoseconds of processor time that all threads of this process took, in user and kernel.
    static var processor: Int64 {
        let now = read(CLOCK_PROCESS_CPUTIME_ID)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        // Fails only for a clock that does not exist; these always do.
        _ = unsafe clock_gettime(clock, &now)
        return now
    }
}
