/// Decides which decoded pictures a constant rate shows, and how often.
///
/// Slot k of the output lasts from k/rate to (k + 1)/rate and shows what is on the screen in its
/// middle. So pictures at that very rate stay as they are even when a container rounds their
/// times, and the picture changes at most half a slot early or late.
struct PictureTiming {
    let rate: Rate
    private var next = 0
    private var hasPicture = false

    init(rate: Rate) { self.rate = rate }

    /// Takes the time of the next picture and returns how many slots the one before it fills.
    ///
    /// The first picture is shown from the beginning, whatever its time.
    mutating func slotsBefore(_ time: MediaTime) -> Int {
        defer { hasPicture = true }
        guard hasPicture else { return 0 }
        return fill(upTo: time)
    }

    /// Takes the time at which the last picture goes and returns how many slots it fills.
    ///
    /// A clip that has pictures has at least one slot.
    mutating func slotsUntil(end: MediaTime) -> Int {
        guard hasPicture else { return 0 }
        let count = fill(upTo: end)
        if next == 0 {
            next = 1
            return 1
        }
        return count
    }

    private mutating func fill(upTo time: MediaTime) -> Int {
        // The slots whose middle (k + ½)/rate comes before the time.
        let slot = time.roundedTicks(Int128(rate.numerator), per: Int128(rate.denominator))
        let count = max(0, Int(slot) - next)
        next += count
        return count
    }
}

/// A moment as an exact number of ticks of a stream's clock.
struct MediaTime: Equatable, Sendable {
    /// Ticks since the clip's beginning.
    var ticks: Int64
    /// A tick lasts numerator / denominator seconds.
    var numerator: Int32
    var denominator: Int32

    var seconds: Double { Double(ticks) * Double(numerator) / Double(denominator) }

    /// Returns the time in units of denominator / rate seconds, halves rounded up.
    ///
    /// Times that no clip has come out as ±2⁶⁰, so that callers may add and subtract them.
    func roundedTicks(_ rate: Int128, per denominator: Int128 = 1) -> Int128 {
        let above = 2 * Int128(ticks) * Int128(numerator) * rate
        let below = 2 * Int128(self.denominator) * denominator
        let sum = above + below / 2
        let quotient = sum / below
        let rounded = sum % below < 0 ? quotient - 1 : quotient
        return min(max(rounded, -(1 << 60)), 1 << 60)
    }

    /// Returns the time so many ticks later; times that do not fit stay at the end of time.
    func advanced(by count: Int64) -> MediaTime {
        let (sum, overflow) = ticks.addingReportingOverflow(count)
        return MediaTime(
            ticks: overflow ? .max : sum, numerator: numerator, denominator: denominator)
    }
}
