import Glibc
import Layers
import Rewards
import Samplers
public import Tensors
import Training

/// Trains the learned rewards of the bounce world on clips of its base split.
///
/// The tasks need no labels: which text, pictures and sound belong together; how badly a clip was
/// made worse; by how much its sound was shifted. A run is decided by its settings.
public struct BounceRewardTraining {
    /// One of the three networks; they share nothing, so each may be trained alone.
    public enum Part: String, Sendable, CaseIterable {
        /// Which text, pictures and sound belong together.
        case embedder
        /// How badly a clip was made worse.
        case quality
        /// By how much its sound was shifted.
        case sync

        /// The steps of the weights that ship; more gained little.
        public var usualSteps: Int {
            switch self {
            case .embedder: 300
            case .quality: 500
            case .sync: 600
            }
        }
    }

    /// What decides a run.
    public struct Settings: Hashable, Sendable {
        /// Clips that are simulated once and used again and again.
        public var clips: Int
        /// Steps of training.
        public var steps: Int
        /// Clips in each task of a step.
        public var batch: Int
        /// The seed of clips, first weights and draws.
        public var seed: UInt64
        /// The learning rate of the blocks' matrices, under Muon.
        public var matrixRate: Double
        /// The learning rate of everything else, under AdamW.
        public var rate: Double

        /// Names the settings; all but the steps by default those of the weights that ship.
        public init(
            clips: Int = 2000, steps: Int, batch: Int = 32, seed: UInt64 = 1,
            matrixRate: Double = 0.02, rate: Double = 1.5e-3
        ) {
            (self.clips, self.steps, self.batch, self.seed) = (clips, steps, batch, seed)
            (self.matrixRate, self.rate) = (matrixRate, rate)
        }

        /// What tells weights apart, as a file's metadata has it.
        public var text: String { "clips \(clips), steps \(steps), seed \(seed)" }
    }

    /// What likenesses are multiplied by: 1 / 0.07.
    static let likenessScale: Float = 14.3

    private let part: Part
    private let settings: Settings
    private let clips: [(prompt: BouncePrompt, view: BounceView)]
    private var weights: NamedTensors
    private var means: NamedTensors = [:]
    private var squares: NamedTensors = [:]
    private var step = 0

    /// Takes clips of the base split and draws the first weights.
    public init(
        _ part: Part, _ settings: Settings, clips: [(prompt: BouncePrompt, view: BounceView)]
    ) {
        self.part = part
        self.settings = settings
        self.clips = clips
        let shapes = BounceNetworks.weightShapes.filter { $0.key.hasPrefix("\(part.rawValue).") }
        weights = firstWeights(shapes, seed: settings.seed)
    }

    /// Simulates one of the clips that a run uses.
    public static func clip(
        _ index: Int, _ settings: Settings
    ) -> (prompt: BouncePrompt, view: BounceView) {
        let prompts = Array(BounceSplit.base.prompts)
        let prompt = prompts[index % prompts.count]
        let scene = BounceScene(
            prompt, seed: settings.seed &+ 1000, variant: index / prompts.count)
        return (prompt, scene.view)
    }

    /// Takes a step and returns the loss before it.
    public mutating func advance() -> Double {
        step += 1
        let tracked = weights.mapValues { $0.tracked() }
        var source = Weights(Checkpoint(tensors: tracked))
        let networks = BounceNetworks(&source)
        var gradients = Gradients()
        let loss =
            switch part {
            case .embedder: embedderStep(networks.embedder, &gradients)
            case .quality: qualityStep(networks.quality, &gradients)
            case .sync: syncStep(networks.sync, &gradients)
            }
        var named: NamedTensors = [:]
        for (name, weight) in tracked { named[name] = gradients[weight] }
        _ = GradientNorm.clip(&named, most: 1)
        for name in weights.keys.sorted() {
            if let gradient = named[name] { update(name, gradient) }
        }
        return loss
    }

    /// The part's weights as they are stored, in bf16.
    public var stored: [String: Tensor] { weights.mapValues { $0.converted(to: .bf16) } }

    private mutating func update(_ name: String, _ gradient: Tensor) {
        guard var weight = weights[name] else { return }
        let zero = Tensor(repeating: 0, shape: weight.shape)
        var mean = means[name] ?? zero
        let isMatrix = weight.rank == 2 && name.contains(".blocks.")
        let peak = isMatrix ? settings.matrixRate : settings.rate
        let rate = LearningRate(peak, warmup: 20, decayFrom: 0.4).rate(
            step: step, of: settings.steps)
        if isMatrix {
            Muon().step(&weight, gradient: gradient, mean: &mean, rate: rate)
        } else {
            var square = squares[name] ?? zero
            AdamW().step(
                &weight, gradient: gradient, mean: &mean, square: &square, rate: rate, step: step)
            squares[name] = square
        }
        means[name] = mean
        weights[name] = weight
    }

    private func draws(_ purpose: UInt32) -> CountedDraws {
        CountedDraws(
            seed: settings.seed, place: SIMD2(UInt32(step), purpose), purpose: 0x7472)
    }

    /// Clips of different prompts.
    private func batch(_ draws: inout CountedDraws) -> [(prompt: BouncePrompt, view: BounceView)] {
        var taken: Set<BouncePrompt> = []
        var chosen: [(prompt: BouncePrompt, view: BounceView)] = []
        while chosen.count < settings.batch {
            let clip = clips[draws.index(below: clips.count)]
            if taken.insert(clip.prompt).inserted { chosen.append(clip) }
        }
        return chosen
    }

    private func embedderStep(
        _ embedder: TriModalEmbedder, _ gradients: inout Gradients
    ) -> Double {
        var draws = draws(1)
        let chosen = batch(&draws)
        // Slightly bad clips belong to their prompts as much as good ones.
        let views = chosen.map { clip in
            worse(clip.view, BounceCorruption.allCases, draws.uniform(0, 0.4), &draws)
        }
        let flipped = chosen.map { clip in
            let neighbours = clip.prompt.neighbours
            return neighbours[draws.index(below: neighbours.count)]
        }
        let prompts = chosen.map(\.prompt) + flipped
        let words = prompts.compactMap { BounceNetworks.words(of: $0.text) }
        let text = embedder.embed(words: words)
        let video = embedder.embed(video: BounceNetworks.videoTokens(views))
        let audio = embedder.embed(audio: BounceNetworks.audioTokens(views))
        var loss = 0.0
        var results: [(value: Tensor, gradient: Tensor)] = []
        func compare(_ left: Tensor, _ right: Tensor, _ belong: (Int, Int) -> Bool) {
            let likeness = left.matmul(right.transposed()) * Self.likenessScale
            let found = ContrastiveLoss(
                likeness.floatArray(), rows: likeness.shape[0], columns: likeness.shape[1],
                choosing: chosen.count, belong: belong)
            loss += found.loss
            results.append((likeness, Tensor(found.gradient, shape: likeness.shape)))
        }
        func differ(_ first: Int, _ second: Int, in words: Set<BouncePrompt.Word>) -> Bool {
            !words.isDisjoint(with: prompts[first].differences(from: prompts[second]))
        }
        compare(video, text) { !differ($0, $1, in: [.size, .colour, .shape, .count]) }
        compare(audio, text) { !differ($0, $1, in: [.count, .pitch, .timbre]) }
        compare(audio, video) { $0 == $1 }
        gradients.add(from: results)
        return loss
    }

    private func qualityStep(_ quality: QualityHeads, _ gradients: inout Gradients) -> Double {
        var draws = draws(2)
        var wanted: [(look: Double, motion: Double, sound: Double)] = []
        let views = batch(&draws).map { clip in
            func severity() -> Double { max(0, draws.uniform(-0.3, 1)) }
            let (look, motion, sound) = (severity(), severity(), severity())
            wanted.append((1 - look, 1 - motion, 1 - sound))
            var view = BounceCorruption.tremble.applied(
                to: clip.view, severity: motion, seed: draws.seed())
            view = worse(view, [.blur, .grain, .flicker, .ghost], look, &draws)
            return worse(view, [.haze, .smear, .dropouts], sound, &draws)
        }
        let looks = quality.qualities(video: BounceNetworks.videoTokens(views))
        let sounds = quality.quality(audio: BounceNetworks.audioTokens(views))
        let (first, lookGradient) = squaredError(looks, wanted.flatMap { [$0.look, $0.motion] })
        let (second, soundGradient) = squaredError(sounds, wanted.map(\.sound))
        gradients.add(from: [(looks, lookGradient), (sounds, soundGradient)])
        return first + second
    }

    private func syncStep(_ sync: SyncClassifier, _ gradients: inout Gradients) -> Double {
        var draws = draws(3)
        var classes: [Int] = []
        let views = batch(&draws).map { clip in
            let offset = draws.index(below: SyncClassifier.offsets.count)
            classes.append(offset)
            // Not trembling, which moves the impacts.
            let kinds = BounceCorruption.allCases.filter { $0 != .tremble }
            let view = worse(clip.view, kinds, draws.uniform(0, 0.4), &draws)
            return view.delayed(byFrames: 5 * (offset - 10))
        }
        let logits = sync.logits(
            video: BounceNetworks.videoMoments(views), audio: BounceNetworks.audioMoments(views))
        var shares = logits.softmax().floatArray()
        var loss = 0.0
        for (row, wanted) in classes.enumerated() {
            let place = row * SyncClassifier.offsets.count + wanted
            loss -= log(max(Double(shares[place]), 1e-30)) / Double(classes.count)
            shares[place] -= 1
        }
        let gradient = Tensor(shares.map { $0 / Float(classes.count) }, shape: logits.shape)
        gradients.add(from: [(logits, gradient)])
        return loss
    }

    /// The view made worse in one of several ways.
    private func worse(
        _ view: BounceView, _ kinds: [BounceCorruption], _ severity: Double,
        _ draws: inout CountedDraws
    ) -> BounceView {
        let kind = kinds[draws.index(below: kinds.count)]
        return kind.applied(to: view, severity: severity, seed: draws.seed())
    }
}

/// The mean squared error, and its derivative by each number.
private func squaredError(_ found: Tensor, _ wanted: [Double]) -> (Double, Tensor) {
    let errors = zip(found.floatArray(), wanted).map { Double($0) - $1 }
    let count = Double(errors.count)
    let loss = errors.reduce(0) { $0 + $1 * $1 } / count
    return (loss, Tensor(errors.map { Float(2 * $0 / count) }, shape: found.shape))
}

/// Weights to begin with: norms 1, biases 0, the rest normal, matrices by Glorot's rule.
private func firstWeights(_ shapes: [String: [Int]], seed: UInt64) -> NamedTensors {
    var weights: NamedTensors = [:]
    for (name, shape) in shapes {
        if name.hasSuffix(".bias") {
            weights[name] = Tensor(repeating: 0, shape: shape)
        } else if shape.count == 1 {
            weights[name] = Tensor(repeating: 1, shape: shape)
        } else {
            let isTable = name.hasSuffix(".places") || name.contains(".words.")
            let deviation =
                isTable ? 0.02 : (2 / Double(shape[0] + shape[1])).squareRoot()
            let noise = NoiseStream(seed: seed, prompt: name, ordinal: 0, modality: .video)
            weights[name] = noise.tensor(shape) * Float(deviation)
        }
    }
    return weights
}
