import Golden
import Testing

@testable import Media

@Test func resamplingIsTorchaudiosAndNearToOthers() throws {
    let golden = try GoldenFile("08_resample")
    let pairs = try golden.json["config"]["pairs"].array.map { pair in
        try pair.array.map { try $0.integer }
    }
    for pair in pairs {
        let name = "\(pair[0])_\(pair[1])"
        var resampler = Resampler(
            from: pair[0], to: pair[1],
            zeroCrossings: try golden.integer("lowpass_filter_width"),
            rolloff: try golden.number("rolloff"))
        let got = resampler.push(try golden.floats("input.\(name)")) + resampler.finish()
        let problem = difference(
            got, try golden.floats("output.\(name).torchaudio"),
            atol: try golden.tolerance("torchaudio_atol"))
        #expect(problem == nil, "\(name)")
        for other in ["soxr_hq", "soxr_vhq", "analytic"] {
            let expected = try golden.floats("output.\(name).\(other)")
            let edge = try golden.integer("edge")
            let length = min(got.count, expected.count) - edge
            let problem = difference(
                Array(got[edge..<length]), Array(expected[edge..<length]),
                atol: try golden.tolerance("interior_atol"))
            #expect(problem == nil, "\(name) \(other)")
        }
    }
}

@Test(arguments: [(44100, 16000), (16000, 48000), (22050, 16000), (8000, 7919), (48000, 48000)])
func piecesGiveTheSameSamplesAsTheWhole(from: Int, to: Int) {
    let left = bell(sampleRate: from, seconds: 0.3)
    let stereo = left.flatMap { [$0, -$0] }
    let whole = resample(stereo, from: from, to: to, channels: 2)
    #expect(whole.count / 2 == (left.count * to + from - 1) / from)
    for piece in [2, 998, 20000] {
        var resampler = Resampler(from: from, to: to, channels: 2)
        var got: [Float] = []
        for start in stride(from: 0, to: stereo.count, by: piece) {
            got += resampler.push(Array(stereo[start..<min(stereo.count, start + piece)]))
        }
        got += resampler.finish()
        #expect(got == whole)
    }
    let mono = resample(left, from: from, to: to)
    #expect(mono == stride(from: 0, to: whole.count, by: 2).map { whole[$0] })
}

@Test func aSurroundMixKeepsTheVoiceAndLeavesTheDeepChannelOut() {
    let places: [ChannelMix.Place] = [.left, .right, .centre, .deep, .leftBehind, .rightBehind]
    let voice: [Float] = [0, 0, 1, 0, 0, 0]
    let rumble: [Float] = [0, 0, 0, 1, 0, 0]
    let stereo = ChannelMix(from: places, to: 2)
    #expect(stereo.apply(rumble) == [0, 0])
    #expect(stereo.apply(voice)[0] == stereo.apply(voice)[1])
    #expect(stereo.apply([1, 1, 1, 1, 1, 1]).allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(ChannelMix(from: places, to: 1).apply(voice) == [stereo.apply(voice)[0]])
    #expect(ChannelMix(from: [.centre], to: 2).apply([0.5, 0.25]) == [0.5, 0.5, 0.25, 0.25])
    #expect(ChannelMix(from: [.left, .right], to: 1).apply([1, 0]) == [0.5])
    #expect(ChannelMix(from: places, to: nil).apply(voice) == voice)
}
