import Campaigns
public import Generation
import Media
import Rewards

/// How a model's candidates do in the rewards of the bounce world, beside the world's own clips of
/// the same prompts.
public struct BounceModelCheck: Sendable {
    /// The mean of some numbers, and half the width of its interval of 95 %.
    public struct Mean: Sendable {
        /// The mean.
        public var value: Double
        /// 1.96 standard errors.
        public var interval: Double

        init(_ numbers: [Double]) {
            let count = Double(numbers.count)
            let mean = numbers.reduce(0, +) / count
            let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            value = mean
            interval = 1.96 * (squares / max(1, count - 1) / count).squareRoot()
        }
    }

    /// One output of one scorer.
    public struct Finding: Sendable {
        /// The output, and who gave it: `measured` or `learned`.
        public var metric, scorer: String
        /// The world's own clips, and those that the model made.
        public var truth, made: Mean
        /// Prompts.
        public var count: Int
    }

    private let prompts: [BouncePrompt]
    private let seed: UInt64
    private var truths: [(view: BounceView, prompt: String)] = []
    private var candidates: [(view: BounceView, prompt: String)] = []

    /// Draws a clip of each prompt and has the model make one, so many side by side; tells how many
    /// are there.
    ///
    /// `seed` decides both, the candidates' as a campaign's does.
    public init(
        _ prompts: some Collection<BouncePrompt>, _ generator: Generator, seed: UInt64,
        batch: Int = 8, progress: (Int, Int) -> Void
    ) throws {
        (self.prompts, self.seed) = (Array(prompts), seed)
        for start in stride(from: 0, to: self.prompts.count, by: batch) {
            let part = self.prompts[start..<min(start + batch, self.prompts.count)]
            let orders = part.map { prompt in
                let own = candidateSeed(
                    campaignSeed: seed, promptKey: prompt.text, ordinal: 0)
                return Generator.Order(text: prompt.text, seed: own)
            }
            let made = try generator.candidates(orders, generator.usual)
            for (prompt, candidate) in zip(part, made) {
                let clip = MediaClip(video: candidate.pictures, audio: candidate.sound)
                candidates.append((BounceView(clip), prompt.text))
                truths.append((BounceScene(prompt, seed: seed).view, prompt.text))
            }
            progress(candidates.count, self.prompts.count)
        }
    }

    /// The outputs of the measures, and of learned rewards where there are some.
    public func findings(_ learned: BounceLearned?) -> [Finding] {
        let measures = BounceMeasures()
        var findings = findings("measured") { clips in
            clips.map { measures.score($0.view, prompt: $0.prompt) }
        }
        if let learned { findings += self.findings("learned") { learned.score($0) } }
        return findings
    }

    private func findings(_ scorer: String, _ score: BounceCheck.Scorer) -> [Finding] {
        let (truth, made) = (score(truths), score(candidates))
        return BounceMeasures.outputs.indices.map { output in
            Finding(
                metric: BounceMeasures.outputs[output].name, scorer: scorer,
                truth: Mean(truth.compactMap { $0[output].number }),
                made: Mean(made.compactMap { $0[output].number }), count: prompts.count)
        }
    }
}
