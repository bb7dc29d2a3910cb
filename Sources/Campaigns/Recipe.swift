/// Everything of a task but its prompt: the same recipe is followed for each of them.
public struct Recipe: Sendable, Equatable {
    /// The ordinal of the ground truth: before all generated candidates.
    public static let groundTruthOrdinal = -1

    /// What the task does.
    public let kind: TaskKind
    /// Who does it: the model for ingest and generate, the scorer for score, `rank` for rank.
    ///
    /// Ground truth is taken in by the model because its latents are the model's own.
    public let name: String
    /// The candidate's place within its prompt: 0, 1, … for generated ones and -1 for the ground
    /// truth; a score recipe has its candidate's, the rank recipe has 0.
    public let ordinal: Int
    /// What to tell the model; empty but for generate.
    public let params: [String: Scalar]
    /// For score, the rewards this scorer answers; for rank, the ranked ones; in file order.
    public let outputs: [Reward]
    /// For score, the hash of the recipe of the candidate it scores.
    public let of: String?
    /// For rank, the hashes of the score recipes it waits for: those of ranked rewards, and those
    /// that a guard looks at.
    public let over: [String]
    /// The campaign's seed, for generate and for a rank that draws at random.
    ///
    /// See `candidateSeed` for the candidate's own.
    public let seed: UInt64?
    /// 32 hexadecimal digits over what decides the task's result, and over nothing else.
    ///
    /// Neither resources, priority, retries nor the campaign's name take part; for a score recipe
    /// only the scorer, its output names and the candidate do, not what the rewards are called or
    /// how they are ranked.
    public let hash: String

    static func ingest(_ campaign: Campaign) -> Recipe {
        Recipe(kind: .ingest, name: campaign.generate.model, ordinal: groundTruthOrdinal)
    }

    static func generate(_ campaign: Campaign, ordinal: Int) -> Recipe {
        Recipe(
            kind: .generate, name: campaign.generate.model, ordinal: ordinal,
            params: campaign.generate.params, seed: campaign.seed
        ) {
            let adapter = campaign.generate.adapter
            $0.add("adapter", HashedFile(adapter)?.sha256 ?? adapter)
            // From here on only what is not the default: stored hashes knew nothing of these.
            let seeds = campaign.generate.seeds
            if seeds.policy != .derived { $0.add("seeds", seeds.policy.rawValue) }
            if seeds.list.indices.contains(ordinal) { $0.add("own seed", "\(seeds.list[ordinal])") }
            for (index, variant) in campaign.generate.variants.enumerated() {
                $0.add("variant", "\(index)")
                $0.add("weight", "\(variant.weight)")
                for key in variant.params.keys.sorted() {
                    $0.add("param \(key)", variant.params[key]?.fingerprintText ?? "")
                }
            }
        }
    }

    static func score(_ candidate: Recipe, scorer: String, rewards: [Reward]) -> Recipe {
        Recipe(
            kind: .score, name: scorer, ordinal: candidate.ordinal,
            outputs: rewards.filter { $0.scorer == scorer }, of: candidate.hash)
    }

    static func job(_ job: Campaign.Job) -> Recipe {
        Recipe(kind: job.kind, name: job.name, ordinal: 0, params: job.params)
    }

    static func rank(_ campaign: Campaign, scores: [Recipe]) -> Recipe {
        let ranked = campaign.score.rewards.filter { $0.role == .ranked }
        let looked = Set(campaign.rank.guards.flatMap(\.outputs))
        let needed = scores.filter { score in
            score.outputs.contains { $0.role == .ranked || looked.contains($0.output) }
        }
        return Recipe(
            kind: .rank, name: "rank", ordinal: 0, outputs: ranked, over: needed.map(\.hash),
            seed: campaign.rank.select == .bestRandom ? campaign.seed : nil
        ) {
            campaign.rank.add(to: &$0)
            for reward in ranked { reward.add(to: &$0) }
            let onMissing = campaign.score.onMissing
            if onMissing != .dropCandidate { $0.add("on missing", onMissing.rawValue) }
        }
    }

    private init(
        kind: TaskKind, name: String, ordinal: Int, params: [String: Scalar] = [:],
        outputs: [Reward] = [], of: String? = nil, over: [String] = [], seed: UInt64? = nil,
        more: (inout Fingerprint) -> Void = { _ in }
    ) {
        var fingerprint = Fingerprint(purpose: "duet.recipe.1")
        fingerprint.add("kind", kind.rawValue)
        fingerprint.add("name", name)
        if kind == .generate { fingerprint.add("ordinal", "\(ordinal)") }
        if let seed { fingerprint.add("seed", "\(seed)") }
        for key in params.keys.sorted() {
            fingerprint.add("param \(key)", params[key]?.fingerprintText ?? "")
        }
        if kind == .score {
            for output in outputs.map(\.output).sorted() { fingerprint.add("output", output) }
        }
        if let of { fingerprint.add("of", of) }
        for hash in over { fingerprint.add("over", hash) }
        more(&fingerprint)
        self.kind = kind
        self.name = name
        self.ordinal = ordinal
        self.params = params
        self.outputs = outputs
        self.of = of
        self.over = over
        self.seed = seed
        hash = fingerprint.hash()
    }
}

extension Campaign {
    /// Returns what is to be done for each prompt, in an order that never changes.
    ///
    /// First ingest where the ground truth takes part, then generate 0, 1, …; then, for each of
    /// these candidates, one score recipe per scorer in the order in which the file first names
    /// them; last rank, which is done once for the whole campaign
    /// and not at all when there is no reward to rank by. A campaign that is a job has only that.
    public func recipes() -> [Recipe] {
        if let job { return [.job(job)] }
        var candidates: [Recipe] = generate.includeReference ? [.ingest(self)] : []
        candidates += (0..<generate.numSamples).map { Recipe.generate(self, ordinal: $0) }
        let scores = candidates.flatMap { candidate in
            scorers.map { Recipe.score(candidate, scorer: $0, rewards: score.rewards) }
        }
        let isRanked = score.rewards.contains { $0.role == .ranked }
        return candidates + scores + (isRanked ? [.rank(self, scores: scores)] : [])
    }

    /// The scorers in the order in which the rewards first name them.
    public var scorers: [String] {
        var names: [String] = []
        for reward in score.rewards where !names.contains(reward.scorer) {
            names.append(reward.scorer)
        }
        return names
    }
}

extension Campaign.Rank {
    fileprivate func add(to fingerprint: inout Fingerprint) {
        fingerprint.add("normalize", normalize.method.rawValue)
        fingerprint.add("scope", normalize.scope.rawValue)
        fingerprint.add("ddof", "\(normalize.ddof)")
        fingerprint.add("include reference", "\(normalize.includeReference)")
        fingerprint.add("aggregate", aggregate.rawValue)
        fingerprint.add("select", select.rawValue)
        fingerprint.add("pairs per prompt", "\(pairsPerPrompt)")
        fingerprint.add("tie epsilon", "\(tieEpsilon)")
        for key in minMargin.keys.sorted() {
            fingerprint.add("min margin \(key)", "\(minMargin[key] ?? 0)")
        }
        // From here on only what is not the default: stored hashes knew nothing of these.
        for key in weights.keys.sorted() {
            fingerprint.add("weight \(key)", "\(weights[key] ?? 1)")
        }
        for item in guards { item.add(to: &fingerprint) }
        if tieAction != .drop { fingerprint.add("tie action", tieAction.rawValue) }
        if groundTruth != .competes { fingerprint.add("ground truth", groundTruth.rawValue) }
        if weighting != .init() {
            fingerprint.add("weighting", weighting.method.rawValue)
            fingerprint.add("bins", weighting.bins)
            fingerprint.add("alpha", weighting.alpha)
            fingerprint.add("power", weighting.power)
        }
    }
}

extension Campaign.Rank.Guard {
    fileprivate func add(to fingerprint: inout Fingerprint) {
        fingerprint.add("guard", type.rawValue)
        fingerprint.add("value", value)
        fingerprint.add("max z", maxZ)
        fingerprint.add("max ratio", maxRatio)
        fingerprint.add("hash", hash?.rawValue)
        fingerprint.add("max distance", maxDistance)
        fingerprint.add("applies to", appliesTo?.rawValue)
        fingerprint.add("action", action.rawValue)
    }
}

extension Fingerprint {
    /// Adds a field that is there.
    fileprivate mutating func add<Value>(_ name: String, _ value: Value?) {
        if let value { add(name, "\(value)") }
    }
}

extension Reward {
    fileprivate func add(to fingerprint: inout Fingerprint) {
        fingerprint.add("reward", name)
        fingerprint.add("scorer", scorer)
        fingerprint.add("output", output)
        fingerprint.add("modality", modality ?? "")
        fingerprint.add("goal", goal.rawValue)
    }
}
