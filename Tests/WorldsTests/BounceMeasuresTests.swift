import Media
import Rewards
import TemporaryFolders
import Testing

@testable import Worlds

/// The measures on a clip of each prompt of the tuning split.
private let check = BounceCheck(BounceSplit.tuning.prompts, seed: 2024) { clips in
    clips.map { BounceMeasures().score($0.view, prompt: $0.prompt) }
}

@Test func filesMeasureAsThePrototypesRawClipsDo() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("clip.mkv")
    var sums = [Double](repeating: 0, count: BounceMeasures.outputs.count)
    let prompts = BounceSplit.tuning.prompts.prefix(25)
    for prompt in prompts {
        let scene = BounceScene(prompt, seed: 2024)
        try scene.clip(size: PictureSize(width: 128, height: 256), rate: #require(Rate(24)))
            .write(path, .mkv)
        let scores = BounceMeasures().score(try MediaClip.read(path), prompt: prompt.text)
        for index in sums.indices { sums[index] += scores[index].number ?? .nan }
    }
    let means = Dictionary(
        uniqueKeysWithValues: zip(
            BounceMeasures.outputs.map(\.name), sums.map { $0 / Double(prompts.count) }))
    // What the prototype measured on its own raw clips, where it measured the same.
    for (name, least) in [
        ("audio_quality", 0.999), ("text_audio", 0.941), ("visual_quality", 0.962),
        ("motion_quality", 0.99), ("text_video", 0.953), ("semantic", 1.0), ("sync", 0.997),
    ] {
        let mean = try #require(means[name])
        #expect(mean >= least, "\(name) is \(mean)")
    }
    #expect(try #require(means["desync"]) <= 0.005)
}

@Test(arguments: BouncePrompt.Word.allCases)
func aChangedWordIsFound(word: BouncePrompt.Word) {
    // The prototype's rates.
    let least: [BouncePrompt.Word: Double] = [.shape: 0.98, .size: 0.93, .timbre: 0.98]
    #expect(check.flips(of: word).value >= least[word] ?? 1)
}

@Test func aShiftOf50MillisecondsIsSeen() {
    #expect(check.delays().value == 1)
}

@Test func worseClipsGetWorseScores() {
    // The prototype's correlations with severity were .40 (audio) and .71 (pictures).
    for (finding, least) in zip(check.correlations(), [0.40, 0.71, 0.6]) {
        #expect(finding.value >= least, "\(finding)")
    }
}

@Test func aClipOfAnotherWorldHasNoTextScores() {
    let view = BounceScene(BouncePrompt.all[3], seed: 1).view
    let scores = BounceMeasures().score(view, prompt: "a dog barks")
    #expect(scores[1] == .reason("the prompt is none of the bounce world's"))
    #expect(scores[4] == .reason("the prompt is none of the bounce world's"))
    #expect(scores[0].number != nil)
}

@Test func aClipWithoutEventsHasTheWorstSync() {
    let still = BounceView(
        video: [Float](repeating: 0.2, count: 16 * 32 * 16 * 3),
        mel: [Float](repeating: -1, count: 200 * 64))
    let scores = BounceMeasures().score(still, prompt: BouncePrompt.all[0].text)
    #expect(scores[1] == .number(0))
    #expect(scores[6] == .number(0))
    #expect(scores[7] == .number(0.5))
    #expect(scores.allSatisfy { $0.number != nil })
}

@Test func aMatchWithinReachCountsOnce() {
    let sync = BounceSync(impacts: [0.5, 1.0], sounds: [0.55, 0.6, 1.5])
    #expect(sync.semantic == 2 * 1 / 5.0)
    // One match 0.05 s apart; of three sounds two have no impact.
    #expect(abs(sync.desync - (0.05 + 2 * 0.5) / 3) < 1e-12)
}
