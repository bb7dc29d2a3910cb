import Media
import Testing

@testable import Worlds

@Test func thereAre972PromptsAndEachReadsBack() {
    #expect(BouncePrompt.all.count == 972)
    #expect(Set(BouncePrompt.all.map(\.text)).count == 972)
    for prompt in BouncePrompt.all { #expect(BouncePrompt(text: prompt.text) == prompt) }
    #expect(
        BouncePrompt.all[0].text == "a small red circle bounces once with a low bell sound")
    let words = Set(BouncePrompt.all.flatMap { $0.text.split(separator: " ").map(String.init) })
    #expect(words == Set(BouncePrompt.vocabulary))
    #expect(BouncePrompt.all.map { $0.text.split(separator: " ").count }.max() == 12)
}

@Test func theSplitsShareNoPromptAndLeaveNoneOut() {
    let all = BounceSplit.allCases.flatMap { Array($0.prompts) }
    #expect(all.count == 972)
    #expect(Set(all).count == 972)
    #expect(BounceSplit.evaluation.prompts.count >= 100)
    // The shuffle is for ever: clips that were made must stay in their split.
    #expect(BounceSplit.base.prompts.first?.name == firstAndLast[0])
    #expect(BounceSplit.evaluation.prompts.last?.name == firstAndLast[1])
}

private let firstAndLast = [
    "large-blue-triangle-once-high-drum", "large-purple-triangle-thrice-low-drum",
]

@Test func everySceneKeepsTheWorldsRules() {
    for (index, prompt) in BouncePrompt.all.enumerated() {
        let scene = BounceScene(prompt, seed: UInt64(index % 5), variant: index % 3)
        let impacts = scene.impacts
        #expect(impacts.count == prompt.count.number)
        #expect(impacts[impacts.count - 1] < 1.75)
        #expect(impacts[impacts.count - 1] + scene.period > 2.02)
        for impact in impacts {
            #expect(abs(scene.y(at: impact) - (BounceScene.floor - scene.radius)) < 1e-9)
        }
        let waits = scene.firstImpact > scene.period / 2
        #expect((scene.y(at: 0) == scene.radius + 1) == waits)
        #expect(scene == BounceScene(prompt, seed: UInt64(index % 5), variant: index % 3))
    }
}

@Test func clipsOfOnePromptDiffer() {
    let prompt = BouncePrompt.all[500]
    let first = BounceScene(prompt, seed: 1)
    #expect(first.firstImpact != BounceScene(prompt, seed: 2).firstImpact)
    #expect(first.firstImpact != BounceScene(prompt, seed: 1, variant: 1).firstImpact)
}

@Test func soundBeginsWithTheImpactAndNotBefore() {
    for timbre in BouncePrompt.Timbre.allCases {
        let scene = BounceScene(
            BouncePrompt(.small, .red, .circle, .once, .middle, timbre), seed: 3)
        let samples = scene.audio().samples
        let impact = Int(scene.firstImpact * 16000)
        #expect(samples[..<impact].allSatisfy { $0 == 0 })
        #expect(samples[impact..<impact + 400].contains { abs($0) > 0.05 })
        #expect(samples.allSatisfy { abs($0) <= 1 })
    }
}

@Test func theSmallViewOfALargeClipIsThatOfASmallOne() {
    let scene = BounceScene(BouncePrompt.all[321], seed: 9)
    guard let fast = Rate(24), let slow = Rate(8) else { return }
    let large = BounceView(scene.clip(size: PictureSize(width: 128, height: 256), rate: fast))
    let small = BounceView(scene.clip(size: BounceView.size, rate: slow))
    #expect(large.mel == small.mel)
    let difference = zip(large.video, small.video).map { abs($0 - $1) }
    // Edges are drawn a pixel wide at each size, so only they differ.
    #expect(difference.reduce(0, +) / Float(difference.count) < 0.01)
}
