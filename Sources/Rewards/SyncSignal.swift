import Glibc
public import Media

/// Whether what is heard begins when what is seen turns, in any clip.
///
/// What is seen: the moments at which movement turns back, begins or stops. What is heard: the
/// moments at which the sound grows. Both become curves of 100 numbers in a second, and the shift
/// that makes them most alike is the offset.
public struct SyncSignal: Reward {
    /// Makes the reward.
    public init() {}

    /// `signal-sync`.
    public var name: String { "signal-sync" }
    /// The first version.
    public var version: String { "1" }

    /// The offset of the best match, and how alike the two are as they stand.
    public var outputs: [RewardOutput] {
        [
            RewardOutput("desync", unit: "s", goal: .minimize, modality: "audio_video"),
            RewardOutput("alignment", modality: "audio_video"),
        ]
    }

    /// The largest shift that is looked at, in seconds.
    public static let reach = 0.6

    /// Measures the clip; the prompt has no part in it.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        let reason: String
        if clip.video == nil {
            reason = "the clip has no pictures"
        } else if clip.audio == nil {
            reason = "the clip has no sound"
        } else if let offset = Self.offset(clip) {
            return [RewardValue(abs(offset.seconds)), RewardValue(offset.alignment)]
        } else {
            reason = "nothing moves, or no sound begins"
        }
        return outputs.map { _ in .reason(reason) }
    }

    /// By how many seconds the sound comes late, and how alike the curves are without a shift.
    public static func offset(_ clip: MediaClip) -> (seconds: Double, alignment: Double)? {
        guard let video = clip.video, let audio = clip.audio else { return nil }
        let seconds = min(video.seconds, audio.seconds)
        let count = Int(seconds * rate)
        let seen = smoothed(turns(video, count))
        let heard = smoothed(onsets(audio, count))
        let size = length(seen) * length(heard)
        guard size > 0 else { return nil }
        let reach = Int(Self.reach * rate)
        var (best, most) = (0, 0.0)
        // Smaller shifts come first, so that of equal ones the smallest is taken.
        for shift in (-reach...reach).sorted(by: { abs($0) < abs($1) }) {
            let likeness = product(seen, heard, shift)
            if likeness > most * (1 + 1e-9) { (best, most) = (shift, likeness) }
        }
        return (Double(best) / rate, product(seen, heard, 0) / size)
    }

    private static let rate = 100.0

    /// Where movement turns: there is change from picture to picture, and none across the turn.
    private static func turns(_ video: VideoClip, _ count: Int) -> [Double] {
        var curve = [Double](repeating: 0, count: count)
        let pictures = Luma(video).pictures
        let steps = MotionSignal.steps(pictures)
        func add(_ turn: Double, at picture: Double) {
            let place = Int(picture / video.rate.perSecond * rate)
            if place < count { curve[place] += max(0, turn) }
        }
        for index in steps.indices.dropFirst() {
            // A turn at this picture: the one before and the one after are alike.
            let across = Luma.difference(pictures[index - 1], pictures[index + 1])
            add(steps[index - 1] + steps[index] - across, at: Double(index) + 0.5)
            guard index + 1 < steps.count else { continue }
            // A turn between this picture and the next, which are alike, as their neighbours are.
            let wide = Luma.difference(pictures[index - 1], pictures[index + 2])
            let turn = steps[index - 1] + steps[index + 1] - steps[index] - wide
            add(turn, at: Double(index + 1))
        }
        return curve
    }

    /// Where the sound grows: the rise of the level of each 10 ms, in decibels above -60.
    private static func onsets(_ audio: AudioClip, _ count: Int) -> [Double] {
        let samples = audio.mono
        let hop = max(1, audio.sampleRate / Int(rate))
        let levels = (0..<count).map { index -> Double in
            let part = samples[
                min(index * hop, samples.count)..<min((index + 1) * hop, samples.count)]
            let sum = part.reduce(0.0) { $0 + Double($1) * Double($1) }
            return max(0, 60 + 10 * log10(max(sum / Double(hop), 1e-12)))
        }
        return levels.indices.map { index in
            // A rise counts when it is above all of the last 50 ms.
            let before = levels[max(0, index - 5)..<index].max() ?? levels[index]
            return max(0, levels[index] - before - 3)
        }
    }

    /// A curve under a Gaussian of 40 ms.
    private static func smoothed(_ curve: [Double]) -> [Double] {
        curve.indices.map { index in
            var sum = 0.0
            for other in max(0, index - 12)...min(curve.count - 1, index + 12) {
                let away = Double(other - index) / 4
                sum += curve[other] * exp(-away * away / 2)
            }
            return sum
        }
    }

    private static func length(_ curve: [Double]) -> Double {
        curve.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private static func product(_ seen: [Double], _ heard: [Double], _ shift: Int) -> Double {
        var sum = 0.0
        for index in max(0, -shift)..<min(seen.count, heard.count - shift) where shift < heard.count
        {
            sum += seen[index] * heard[index + shift]
        }
        return sum
    }
}
