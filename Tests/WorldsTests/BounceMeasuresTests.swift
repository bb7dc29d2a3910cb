import Media
import Rewards
import TemporaryFolders
import Testing

@testable import Worlds

/// Clips of many prompts as the small model sees them, made once.
private let views: [(scene: BounceScene, view: BounceView)] = {
    guard let rate = Rate(24) else { return [] }
    return BounceSplit.tuning.prompts.map { prompt in
        let scene = BounceScene(prompt, seed: 2024)
        return (
            scene, BounceView(scene.clip(size: PictureSize(width: 64, height: 128), rate: rate))
        )
    }
}()

private let names = BounceMeasures().outputs.map(\.name)

private func numbers(_ view: BounceView, _ prompt: BouncePrompt) -> [String: Double] {
    let values = BounceMeasures().score(view, prompt: prompt.text).map { $0.number ?? .nan }
    return Dictionary(uniqueKeysWithValues: zip(names, values))
}

private func mean(_ name: String, _ scores: [[String: Double]]) -> Double {
    scores.reduce(0) { $0 + ($1[name] ?? .nan) } / Double(scores.count)
}

@Test func filesMeasureAsThePrototypesRawClipsDo() throws {
    let folder = try TemporaryFolder()
    let scores = try views.prefix(20).map { scene, _ in
        let path = folder.file("clip.mkv")
        try scene.clip(size: PictureSize(width: 128, height: 256), rate: #require(Rate(24)))
            .write(path, .mkv)
        return numbers(BounceView(try MediaClip.read(path)), scene.prompt)
    }
    // What the prototype measured on its own raw clips.
    for (name, least) in [
        ("audio_quality", 0.999), ("text_audio", 0.941), ("visual_quality", 0.962),
        ("text_video", 0.953), ("semantic", 1.0), ("sync", 0.997),
    ] {
        #expect(mean(name, scores) >= least, "\(name): \(mean(name, scores))")
    }
    #expect(mean("motion_quality", scores) >= 0.99)
    #expect(mean("desync", scores) <= 0.005)
}

@Test(arguments: BouncePrompt.Word.allCases)
func aChangedWordIsFound(word: BouncePrompt.Word) {
    let output = [.pitch, .timbre].contains(word) ? "text_audio" : "text_video"
    var (found, all) = (0, 0)
    for (scene, view) in views {
        let right = numbers(view, scene.prompt)[output] ?? .nan
        for other in scene.prompt.neighbours where scene.prompt.differences(from: other) == [word] {
            all += 1
            if numbers(view, other)[output] ?? .nan < right { found += 1 }
        }
    }
    // The prototype's rates.
    let least: [BouncePrompt.Word: Double] = [.shape: 0.98, .size: 0.93, .timbre: 0.98]
    #expect(Double(found) >= (least[word] ?? 1) * Double(all), "\(found) of \(all)")
}

@Test(arguments: [-5, 5])
func aShiftOf50MillisecondsIsSeen(frames: Int) {
    for (scene, view) in views {
        var shifted = view
        for frame in 0..<BounceView.frames {
            for band in 0..<BounceView.bands {
                let from = frame - frames
                shifted.mel[frame * BounceView.bands + band] =
                    (0..<BounceView.frames).contains(from)
                    ? view.mel[from * BounceView.bands + band] : -1
            }
        }
        let (right, wrong) = (numbers(view, scene.prompt), numbers(shifted, scene.prompt))
        #expect(wrong["sync"] ?? 1 < right["sync"] ?? 0)
        #expect(wrong["desync"] ?? 0 > right["desync"] ?? 1)
    }
}

@Test func worseClipsGetWorseScores() {
    var severities: [String: [Double]] = [:]
    var losses: [String: [Double]] = [:]
    for corruption in BounceCorruption.allCases {
        let output =
            corruption.isAudio
            ? "audio_quality" : corruption == .tremble ? "motion_quality" : "visual_quality"
        for (index, clip) in views.enumerated() {
            let severity = Double(index * 37 % 100) / 99
            let view = corruption.applied(
                to: clip.view, severity: severity, seed: UInt64(index))
            severities[output, default: []].append(severity)
            losses[output, default: []].append(
                -(numbers(view, clip.scene.prompt)[output] ?? .nan))
        }
    }
    // The prototype's correlations with severity were .40 and .71.
    for (output, least) in [
        ("audio_quality", 0.40), ("visual_quality", 0.71), ("motion_quality", 0.6),
    ] {
        let found = spearman(severities[output] ?? [], losses[output] ?? [])
        #expect(found >= least, "\(output): \(found)")
    }
}

@Test func aClipOfAnotherWorldHasNoTextScores() {
    let scores = BounceMeasures().score(views[0].view, prompt: "a dog barks")
    #expect(scores[1] == .reason("the prompt is none of the bounce world's"))
    #expect(scores[4] == .reason("the prompt is none of the bounce world's"))
    #expect(scores[0].number != nil)
}

@Test func aClipWithoutEventsHasTheWorstSync() {
    let still = BounceView(
        video: [Float](repeating: 0.2, count: 16 * 32 * 16 * 3),
        mel: [Float](repeating: -1, count: 200 * 64))
    let scores = numbers(still, BouncePrompt.all[0])
    #expect(scores["desync"] == 0.5)
    #expect(scores["sync"] == 0)
    #expect(scores["text_audio"] == 0)
    #expect(scores.values.allSatisfy { $0.isFinite })
}

private func spearman(_ first: [Double], _ second: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] {
        var ranks = values
        for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            ranks[index] = Double(rank)
        }
        return ranks
    }
    let (x, y) = (ranks(first), ranks(second))
    let middle = Double(x.count - 1) / 2
    let product = zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
    return product / x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
}
