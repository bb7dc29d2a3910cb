import Linux
import Media
import Rewards
import TemporaryFolders
import Tensors
import Testing

@testable import Worlds

@Test func theContrastiveLossHasItsGradient() {
    let (rows, columns) = (3, 5)
    let likeness = (0..<15).map { Float(($0 * 7) % 11) / 4 - 1 }
    func belong(_ row: Int, _ column: Int) -> Bool { column == row || column == 4 && row == 1 }
    func loss(_ values: [Float]) -> ContrastiveLoss {
        ContrastiveLoss(values, rows: rows, columns: columns, choosing: 3, belong: belong)
    }
    let found = loss(likeness)
    for index in likeness.indices {
        var (above, below) = (likeness, likeness)
        above[index] += 0.01
        below[index] -= 0.01
        let slope = (loss(above).loss - loss(below).loss) / 0.02
        #expect(abs(slope - Double(found.gradient[index])) < 1e-4)
    }
}

@Test func aPerfectMatchCostsNothing() {
    let likeness = (0..<9).map { Float($0 % 4 == 0 ? 40 : 0) }
    let found = ContrastiveLoss(likeness, rows: 3, columns: 3, choosing: 3) { $0 == $1 }
    #expect(found.loss < 1e-12)
    #expect(found.gradient.allSatisfy { abs($0) < 1e-6 })
}

private let settings = BounceRewardTraining.Settings(clips: 24, steps: 3, batch: 6, seed: 4)

/// Trains all parts a little, writes them, and returns each part's losses.
private func trained(threads: Int, to path: String) throws -> [[Double]] {
    let clips = (0..<settings.clips).map { BounceRewardTraining.clip($0, settings) }
    var (weights, losses): ([String: Tensor], [[Double]]) = ([:], [])
    Team.with(threads: threads) {
        for part in BounceRewardTraining.Part.allCases {
            var training = BounceRewardTraining(part, settings, clips: clips)
            losses.append((0..<settings.steps).map { _ in training.advance() })
            weights.merge(training.stored) { $1 }
        }
    }
    try SafetensorsFile.write(weights, metadata: ["sync": settings.text], to: path)
    return losses
}

@Test func trainingIsTheSameOnAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (folder.file("1.safetensors"), folder.file("2.safetensors"))
    let losses = try trained(threads: 1, to: first)
    _ = try trained(threads: 2, to: second)
    let (one, two) = (try SafetensorsFile(path: first), try SafetensorsFile(path: second))
    #expect(one.names == two.names)
    for name in one.names { #expect(one[name]?.byteArray() == two[name]?.byteArray()) }
    #expect(losses.joined().allSatisfy { $0.isFinite })
    // Chance is ln 21 for the offset.
    #expect(abs(losses[2][0] - 3.04) < 1.5)
}

@Test func learnedRewardsAreSmallAndScoreAnyClip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("rewards.safetensors")
    _ = try trained(threads: 2, to: path)
    #expect(try contents(ofFile: path).count < 7 << 20)
    let reward = try BounceLearned(path: path)
    #expect(
        reward.version
            == "embedder: unnamed; quality: unnamed; sync: clips 24, steps 3, seed 4")
    let scene = BounceScene(BouncePrompt.all[11], seed: 1)
    let clip = scene.clip(size: PictureSize(width: 64, height: 128), rate: try #require(Rate(24)))
    let scores = reward.score(clip, prompt: scene.prompt.text)
    #expect(scores.allSatisfy { $0.number != nil })
    // One by one and together: the same to the bit.
    let views = [5, 6, 7].map { BounceScene(BouncePrompt.all[$0], seed: 2) }
        .map { ($0.view, $0.prompt.text) }
    #expect(reward.score(views) == views.flatMap { reward.score([$0]) })
    let strange = reward.score(clip, prompt: "a dog barks")
    #expect(strange[1].number == nil && strange[4].number == nil)
    #expect(
        reward.score(MediaClip(video: clip.video), prompt: "")[0]
            == .reason("the clip has no sound"))
}

@Test func weightsOfAnotherNetworkAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("other.safetensors")
    try SafetensorsFile.write(["a": Tensor([1, 2])], to: path)
    #expect(throws: BounceLearnedError.self) { try BounceLearned(path: path) }
}

@Test func theRewardsThatShipTellGoodFromBad() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/Jobs/bounce/models/rewards.safetensors"
    #expect(try contents(ofFile: path).count < 7 << 20)
    let reward = try BounceLearned(path: path)
    let check = BounceCheck(BounceSplit.tuning.prompts.prefix(40), seed: 2024) { reward.score($0) }
    for word in BouncePrompt.Word.allCases { #expect(check.flips(of: word).value >= 0.9) }
    #expect(check.delays().value >= 0.9)
    for finding in check.correlations() { #expect(finding.value >= 0.8, "\(finding)") }
}
