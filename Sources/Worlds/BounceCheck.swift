import Preferences
public import Rewards

/// How well rewards of the bounce world tell good from bad, in numbers that need no labels.
public struct BounceCheck: Sendable {
    /// One of the numbers.
    public struct Finding: Sendable {
        /// What was checked.
        public var name: String
        /// From 0 to 1, or a correlation.
        public var value: Double
        /// How many cases it is from.
        public var count: Int
    }

    /// Scores clips as the small model sees them, in the order of `BounceMeasures`' outputs.
    public typealias Scorer =
        @Sendable ([(view: BounceView, prompt: String)]) -> [[RewardValue]]

    private let scorer: Scorer
    private let clips: [(prompt: BouncePrompt, view: BounceView)]

    /// Checks a scorer on a clip of each prompt.
    public init(_ prompts: some Collection<BouncePrompt>, seed: UInt64, scorer: @escaping Scorer) {
        self.scorer = scorer
        clips = prompts.map { ($0, BounceScene($0, seed: seed).view) }
    }

    /// Everything that is checked.
    public func findings() -> [Finding] {
        means() + BouncePrompt.Word.allCases.map(flips) + [delays()] + correlations()
    }

    private func scores(_ clips: [(view: BounceView, prompt: String)]) -> [[Double]] {
        scorer(clips).map { $0.map { $0.number ?? .nan } }
    }

    private var originals: [(view: BounceView, prompt: String)] {
        clips.map { ($0.view, $0.prompt.text) }
    }

    /// The mean of each output over the world's own clips.
    public func means() -> [Finding] {
        let all = scores(originals)
        return BounceMeasures.outputs.indices.map { output in
            let sum = all.reduce(0) { $0 + $1[output] }
            return Finding(
                name: "mean \(BounceMeasures.outputs[output].name)",
                value: sum / Double(all.count), count: all.count)
        }
    }

    /// How often a prompt with one other word has the lower text score.
    public func flips(of word: BouncePrompt.Word) -> Finding {
        let output = [.pitch, .timbre].contains(word) ? 1 : 4
        let right = scores(originals).map { $0[output] }
        var (found, count) = (0, 0)
        for (index, clip) in clips.enumerated() {
            let others = clip.prompt.neighbours.filter {
                clip.prompt.differences(from: $0) == [word]
            }
            let wrong = scores(others.map { (clip.view, $0.text) })
            found += wrong.count { $0[output] < right[index] }
            count += wrong.count
        }
        return Finding(
            name: "changed \(word.rawValue)", value: Double(found) / Double(count), count: count)
    }

    /// How often a sound that is 50 ms early or late has the larger desync.
    public func delays() -> Finding {
        let right = scores(originals).map { $0[7] }
        var found = 0
        for frames in [-5, 5] {
            let wrong = scores(originals.map { ($0.view.delayed(byFrames: frames), $0.prompt) })
            found += right.indices.count { wrong[$0][7] > right[$0] }
        }
        return Finding(
            name: "shift of 50 ms", value: Double(found) / Double(2 * right.count),
            count: 2 * right.count)
    }

    /// Spearman's correlation of each quality with what was left good of a clip.
    public func correlations() -> [Finding] {
        [(0, "audio_quality"), (2, "visual_quality"), (3, "motion_quality")].map { output, name in
            var (wholeness, found): ([Double], [Double]) = ([], [])
            for corruption in BounceCorruption.allCases where corruption.output == name {
                let severities = clips.indices.map { Double($0 * 37 % 100) / 99 }
                let worse = clips.indices.map { index in
                    let view = corruption.applied(
                        to: clips[index].view, severity: severities[index], seed: UInt64(index))
                    return (view, clips[index].prompt.text)
                }
                wholeness += severities.map { 1 - $0 }
                found += scores(worse).map { $0[output] }
            }
            return Finding(
                name: "corruption \(name)", value: Correlation(wholeness, found).spearman ?? .nan,
                count: found.count)
        }
    }
}

extension BounceCorruption {
    /// The quality that it lowers.
    fileprivate var output: String {
        isAudio ? "audio_quality" : self == .tremble ? "motion_quality" : "visual_quality"
    }
}
