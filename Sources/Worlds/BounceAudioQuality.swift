/// Whether the sound is clean: nothing between the sounds, a full peak, a sudden beginning.
///
/// The geometric mean of its parts.
func audioQuality(_ sight: BounceSight) -> Double {
    let mel = sight.view.mel.map { Double($0) }
    let bands = BounceView.bands
    let frames = stride(from: 0, to: mel.count, by: bands).map { start in
        mel[start..<start + bands].reduce(0, +) / Double(bands)
    }
    // Every clip of this world is silent for a tenth of its time at least; silence is -1.
    let haze = (frames.sorted()[frames.count / 10] + 1) / 2
    let peak = mel.max() ?? -1
    let rises = sight.onsets.sounds.map(\.rise)
    let rise = rises.isEmpty ? 0.1 : median(rises)
    return together([
        closeness(haze, tolerance: 0.08), closeness(above: -0.75, -peak, tolerance: 0.3),
        closeness(above: 0.03, rise, tolerance: 0.02),
    ])
}
