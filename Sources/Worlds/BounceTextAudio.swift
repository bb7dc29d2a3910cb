import Glibc

/// Whether the sound is the one the prompt asks for: pitch, timbre, number of sounds.
///
/// The mean of three parts from 0 to 1; 0 when no sound begins.
func textAudio(_ sight: BounceSight, _ prompt: BouncePrompt) -> Double {
    let sounds = sight.onsets.sounds
    guard !sounds.isEmpty else { return 0 }
    let octaves = median(sounds.map { log2($0.frequency / prompt.pitch.frequency) })
    let pitch = closeness(octaves, tolerance: 0.5)
    let wanted = prompt.timbre.fading
    let decay = median(sounds.map(\.decay).filter(\.isFinite)) - wanted.decay
    let tail = median(sounds.map(\.tail).filter(\.isFinite)) - wanted.tail
    let parts = SIMD2(decay / 4, tail / 12)
    let timbre = closeness((parts * parts).sum().squareRoot(), tolerance: 1)
    let count = closeness(ofCount: sounds.count, to: prompt.count.number)
    return (pitch + timbre + count) / 3
}

extension BouncePrompt.Timbre {
    /// How much softer the sound is 0.11 s and 0.26 s after its peak, in decibels.
    ///
    /// A bell rings on, a drum is over soon, a buzz goes on at one level and then ends.
    fileprivate var fading: (decay: Double, tail: Double) {
        switch self {
        case .bell: (10, 17.5)
        case .drum: (20.2, 52.3)
        case .buzz: (3.4, 60)
        }
    }
}
