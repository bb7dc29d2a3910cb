/// Puts decoded sound on the clip's clock: what to leave out, and where silence belongs.
///
/// The clip's clock begins with the first picture, or without pictures with the first sample.
/// Containers round times, so a stream that begins counts on by itself; only a gap longer than a
/// tenth of a second is silence.
struct SoundTiming {
    enum Step: Equatable {
        /// Take the block, after so much silence and without its first samples.
        case take(silence: Int, dropped: Int)
        /// The block's time lies so many seconds before the end of what came already.
        case goesBack(seconds: Double)
    }

    let sampleRate: Int
    /// Offsets at the beginning that are no more than this come from rounding.
    let tick: Int
    private var position: Int?

    init(sampleRate: Int, tick: Int = 0) {
        self.sampleRate = sampleRate
        self.tick = tick
    }

    /// The end of what came so far, in samples since the clip's beginning.
    var end: Int { position ?? 0 }

    /// Takes a block's time (nil when it has none) and length.
    mutating func place(_ time: MediaTime?, count: Int) -> Step {
        let wanted = time.map { Int($0.roundedTicks(Int128(sampleRate))) }
        guard let position else {
            var start = wanted ?? 0
            if abs(start) <= tick { start = 0 }
            self.position = start + count
            if start >= 0 { return .take(silence: start, dropped: 0) }
            return .take(silence: 0, dropped: min(count, -start))
        }
        let drift = (wanted ?? position) - position
        if drift < -sampleRate / 10 {
            return .goesBack(seconds: Double(-drift) / Double(sampleRate))
        }
        let silence = drift > sampleRate / 10 ? drift : 0
        self.position = position + silence + count
        return .take(silence: silence, dropped: max(0, min(count, -position)))
    }
}
