import Foundation
import Golden
import Testing
import Tensors

@testable import Media

@Test(arguments: ["main", "small"])
func spectraAreThoseOfTorchAndLibrosa(set: String) throws {
    let golden = try GoldenFile("08_stft")
    let config = try golden.json["config"][set]
    let stft = STFT(
        fftSize: try config["n_fft"].integer, hop: try config["hop"].integer,
        windowLength: try? config["win"].integer)
    let input = try golden.floats("input.x")
    let frames = try golden["output.\(set).real"].shape[1]
    // The rule: the small set has the first 1000 samples; the shape says how many there are.
    let length = stft.frameCount(samples: input.count) == frames ? input.count : 1000
    let spectrum = stft.forward(Array(input.prefix(length)))
    #expect(spectrum.frames == frames)
    for (part, values) in [("real", spectrum.real), ("imag", spectrum.imaginary)] {
        let problem = difference(
            transposed(values, rows: frames), try golden.floats("output.\(set).\(part)"),
            atol: try golden.tolerance("atol"),
            rtol: try golden.tolerance("rtol"))
        #expect(problem == nil)
    }
    let back = stft.inverse(spectrum, length: length)
    #expect(difference(back, Array(input.prefix(length)), atol: 1e-5) == nil)
}

@Test func filterBanksAndMelAreThoseOfLibrosa() throws {
    let golden = try GoldenFile("08_mel")
    let variants = try golden.json["config"]["variants"].members
    let tolerance = try golden.tolerance("atol")
    let rtol = try golden.tolerance("rtol")
    let samples = try golden.floats("input.x")
    for (name, variant) in variants.sorted(by: { $0.key < $1.key }) {
        let front = try frontEnd(golden, variant, normalisesPeak: false)
        let bank = front.filterBank
        let weights = try golden.floats("inter.fb_\(name)")
        #expect(difference(bank.weights, weights, atol: tolerance, rtol: rtol) == nil)
        let spectrum = front.stft.forward(samples)
        let magnitude = spectrum.magnitude
        let mel = bank.apply(magnitude, frames: spectrum.frames)
        let expected = try golden.floats("output.raw.\(name).mag")
        #expect(difference(mel, expected, atol: tolerance, rtol: rtol) == nil)
        let power = bank.apply(magnitude.map { $0 * $0 }, frames: spectrum.frames)
        let expectedPower = try golden.floats("output.raw.\(name).power")
        #expect(difference(power, expectedPower, atol: tolerance, rtol: rtol) == nil)
        let logMel = try golden.floats("output.raw_log.\(name).mag")
        #expect(
            try logDifference(front.spectrogram(of: samples).values, logMel, golden) == nil)
    }
}

@Test func theFrontEndOfAudioLDM2IsTheReferences() throws {
    let golden = try GoldenFile("08_mel")
    let variants = try golden.json["config"]["variants"].members
    let front = try frontEnd(golden, try #require(variants["slaney"]), normalisesPeak: true)
    let samples = try golden.floats("input.x")
    let atol = try golden.tolerance("atol")
    let normalised = try golden.floats("inter.x_normalized")
    #expect(difference(LogMel.normalised(samples), normalised, atol: atol) == nil)
    let mel = front.spectrogram(of: samples)
    let expected = try golden.floats("output.audioldm2.log_mel")
    #expect(try logDifference(mel.values, expected, golden) == nil)
    let seconds = try golden.number("pad_duration")
    let frames = Int(try seconds * golden.number("sr") / golden.number("hop"))
    let padded = mel.resized(frames: (frames + 7) / 8 * 8)
    let expectedPadded = try golden.floats("output.audioldm2.padded")
    #expect(try logDifference(padded.values, expectedPadded, golden) == nil)
}

@Test func theNamedFrontEndIsAudioLDM2s() throws {
    let golden = try GoldenFile("08_mel")
    let wanted = ["sr": 16000, "n_fft": 1024, "win": 1024, "hop": 160, "n_mels": 64, "fmax": 8000]
    for (key, value) in wanted { #expect(try golden.integer(key) == value, "\(key)") }
    let mel = LogMel.audioLDM2.spectrogram(of: try golden.floats("input.x"))
    let expected = try golden.floats("output.audioldm2.log_mel")
    #expect(try logDifference(mel.values, expected, golden) == nil)
}

@Test func theFrontEndOfVocosIsLibrosas() throws {
    let golden = try GoldenFile("media_vocos_mel", in: ownNumbers)
    let mel = LogMel.vocos.spectrogram(of: try golden.floats("input.x"))
    let problem = difference(
        mel.values, try golden.floats("output.log_mel"),
        atol: try golden.tolerance("atol"), rtol: try golden.tolerance("rtol"))
    #expect(problem == nil)
}

@Test func griffinAndLimsIterationIsLibrosas() throws {
    let golden = try GoldenFile("media_griffin_lim", in: ownNumbers)
    let stft = STFT(fftSize: try golden.integer("n_fft"), hop: try golden.integer("hop"))
    let magnitude = try golden.floats("input.magnitude")
    let samples = griffinLim(
        magnitude: magnitude, frames: magnitude.count / stft.bins, stft: stft,
        iterations: try golden.integer("iterations"), momentum: Float(try golden.number("momentum"))
    )
    let problem = difference(
        samples, try golden.floats("output.samples"), atol: try golden.tolerance("atol"))
    #expect(problem == nil)
}

@Test func soundMadeFromAMelSpectrogramHasThatSpectrogram() {
    let front = LogMel.audioLDM2
    let mel = front.spectrogram(of: bell(sampleRate: 16000, seconds: 0.5))
    let again = front.spectrogram(of: front.samples(from: mel))
    #expect(again.frames == mel.frames)
    let gaps = zip(mel.values, again.values).filter { $0.0 > -4 }.map { abs($0 - $1) }
    #expect(gaps.reduce(0, +) / Float(gaps.count) < 0.3)
}

@Test(arguments: [1, 2, 3, 4, 5, 7, 8, 12, 16, 30, 97, 128, 400, 1024])
func theTransformIsTheSumThatDefinesIt(length: Int) {
    let transform = FourierTransform(length: length)
    let x = (0..<length).map { sin(Double($0 * $0)) }
    var (real, imaginary) = (x, [Double](repeating: 0, count: length))
    transform.forward(&real, &imaginary)
    for k in [0, 1, length / 2, length - 1] where k < length {
        let angles = x.indices.map { -2 * Double.pi * Double(k * $0 % length) / Double(length) }
        let sum = zip(x, angles).reduce((0.0, 0.0)) { sum, term in
            (sum.0 + term.0 * cos(term.1), sum.1 + term.0 * sin(term.1))
        }
        #expect(abs(real[k] - sum.0) + abs(imaginary[k] - sum.1) < 1e-9)
    }
    transform.inverse(&real, &imaginary)
    #expect(zip(real, x).allSatisfy { abs($0 - $1) < 1e-12 })
}

@Test func noSamplesHaveNoFramesAndOneSampleHasOne() {
    let stft = STFT(fftSize: 16, hop: 4)
    #expect(stft.forward([]).frames == 0)
    #expect(stft.forward([1]).frames == 1)
    #expect(griffinLim(magnitude: [], frames: 0, stft: stft) == [])
}

private func frontEnd(
    _ golden: GoldenFile, _ variant: GoldenValue, normalisesPeak: Bool
) throws -> LogMel {
    let fftSize = try golden.integer("n_fft")
    return LogMel(
        sampleRate: try golden.integer("sr"),
        stft: STFT(
            fftSize: fftSize, hop: try golden.integer("hop"),
            windowLength: try golden.integer("win")),
        filterBank: MelFilterBank(
            sampleRate: try golden.integer("sr"), fftSize: fftSize,
            filters: try golden.integer("n_mels"),
            from: try golden.number("fmin"), to: try golden.number("fmax"),
            scale: (try? variant["htk"].bool) == true ? .htk : .slaney,
            equalAreas: (try? variant["norm"].string) == "slaney"),
        floor: Float(try golden.number("clamp")), normalisesPeak: normalisesPeak)
}

/// Near the floor the logarithm amplifies rounding, so the fixture allows more there.
private func logDifference(
    _ got: [Float], _ expected: [Float], _ golden: GoldenFile
) throws -> String? {
    guard got.count == expected.count else { return "\(got.count) values, not \(expected.count)" }
    let pairs = zip(got, expected).map { ($0, $1) }
    let (usual, rtol) = (try golden.tolerance("log_atol"), try golden.tolerance("rtol"))
    func part(_ part: [(Float, Float)], _ atol: Double) -> String? {
        difference(part.map(\.0), part.map(\.1), atol: atol, rtol: rtol)
    }
    return part(pairs.filter { $0.1 < -10 }, 2e-3) ?? part(pairs.filter { $0.1 >= -10 }, usual)
}

private func transposed(_ values: [Float], rows: Int) -> [Float] {
    let columns = values.count / rows
    return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
}
