import Preferences
import Scheduling

/// One process's own monotonic clock: it starts anywhere, runs a little fast or slow, and may leap
/// ahead as after a pause of its machine.
struct ProcessClock {
    private var offset: Int64
    private let rate: Double

    /// Draws a clock.
    init(_ random: inout SplitMix64) {
        offset = Int64(random.int(0...1_000_000))
        rate = random.real(0.995...1.005)
    }

    /// What the clock shows at `time` microseconds of simulated time.
    func reading(at time: Int64) -> Instant {
        Instant(milliseconds: offset + Int64(Double(time) * rate / 1000))
    }

    /// When the clock will show at least `instant`; never before `now`.
    func time(of instant: Instant, notBefore now: Int64) -> Int64 {
        let wait = instant.milliseconds &- offset
        guard wait > 0 else { return now }
        guard wait < 1 << 40 else { return .max }
        return max(now, Int64((Double(wait) * 1000 / rate).rounded(.up)) + 1)
    }

    mutating func leap(milliseconds: Int64) { offset += milliseconds }
}
