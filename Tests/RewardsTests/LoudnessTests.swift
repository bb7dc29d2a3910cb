import Golden
import Media
import Tensors
import Testing

@testable import Rewards

private let golden = try? GoldenFile("08_loudness_bs1770")

/// The fixture's signals and their rates in hertz.
private let signals = ["mono16k_gated_noise", "stereo48k_sine997", "mono44k1_chirp_gap"]

@Test(arguments: signals)
func loudnessIsTheStandards(name: String) throws {
    let golden = try #require(golden)
    let input = try golden["input.\(name)"]
    let clip = AudioClip(
        sampleRate: try golden.json["config"][name]["rate"].integer, channels: input.shape[1],
        samples: input.floatArray())
    let expected = try golden["output.\(name).deman.integrated"].doubleArray()[0]
    let tolerance = try golden.json["tolerance"]["lufs_atol"].number
    let loudness = try #require(Loudness.integrated(clip))
    #expect(abs(loudness - expected) <= tolerance, "\(loudness), not \(expected)")
}

@Test func silenceAndMomentsHaveNoLoudness() {
    let silence = AudioClip(
        sampleRate: 16000, channels: 1, samples: [Float](repeating: 0, count: 16000))
    #expect(Loudness.integrated(silence) == nil)
    let moment = AudioClip(
        sampleRate: 16000, channels: 1, samples: [Float](repeating: 0.5, count: 6399))
    #expect(Loudness.integrated(moment) == nil)
}
