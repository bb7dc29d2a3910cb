import Campaigns
import Testing

private func campaign(_ overrides: [String: String] = [:]) throws -> Campaign {
    let file = """
        kind: Campaign
        name: demo
        seed: 7
        prompts: {source: prompts.csv, columns: {reference_video: path}}
        generate: {model: ball@1, num_samples: 2, params: {steps: 50, cfg: 5.5}}
        score:
          rewards:
            - {name: tv, scorer: imagebind, output: tv, modality: video}
            - {name: vq, scorer: videoalign, output: VQ, modality: video}
            - {name: av, scorer: imagebind, output: av, modality: audio_video}
            - {name: extra, scorer: javis, output: mean, role: held_out}
        """
    return try #require(
        try CampaignFile.documents(of: file, file: "c.yaml", overrides: overrides).first?.campaign)
}

private func hashes(_ overrides: [String: String] = [:]) throws -> [String] {
    try campaign(overrides).recipes().map(\.hash)
}

@Test func recipesComeInTheirOrderAndOneScorerIsOneTask() throws {
    let recipes = try campaign().recipes()
    #expect(
        recipes.map { "\($0.kind) \($0.name) \($0.ordinal)" } == [
            "ingest ball@1 -1", "generate ball@1 0", "generate ball@1 1",
            "score imagebind -1", "score videoalign -1", "score javis -1",
            "score imagebind 0", "score videoalign 0", "score javis 0",
            "score imagebind 1", "score videoalign 1", "score javis 1",
            "rank rank 0",
        ])
    #expect(recipes[3].outputs.map(\.output) == ["tv", "av"])
    #expect(recipes[6].of == recipes[1].hash)
    #expect(recipes[1].seed == 7)
    #expect(recipes[12].outputs.map(\.name) == ["tv", "vq", "av"])
    #expect(recipes[12].over == [3, 4, 6, 7, 9, 10].map { recipes[$0].hash })
    #expect(Set(recipes.map(\.hash)).count == recipes.count)
}

/// Every stored task of every campaign is known by these.
///
/// They may only change together with the purpose in the fingerprint. An independent
/// implementation of the encoding that `Fingerprint` describes made them.
@Test func hashesAreStable() throws {
    #expect(
        try hashes() == [
            "b0a18fa77be5f35dffe0d63aba81d439",
            "cb6d92de98173b528413c2f432b22e91",
            "995bc478171febd92ee548296070a038",
            "4bb7899e2a6b73846813b5946c67a3dd",
            "4de9fbad87c2fccd9275810cd6ff1cc6",
            "60f7cb234c47450744bb4bd1c98cdd79",
            "0aae5725145b20b836e49a9b8ce56946",
            "461d7ff83c0518e90067a03e3fdaefa8",
            "8cb8d16816a64888866d734aff7e038a",
            "0c2080dcc5e4630606c41f4f76f9bd85",
            "744a85f0662f98db193c69f509ec5978",
            "c47e993fb0bf65216b639378aba5d46e",
            "a7ae466ceda8f356b5e13616953bab82",
        ])
}

@Test func moreSamplesKeepTheFirstHashes() throws {
    let two = try campaign().recipes()
    let four = try campaign(["generate.num_samples": "4"]).recipes()
    let kept = two.filter { $0.kind != .rank }.map(\.hash)
    #expect(Set(kept).isSubset(of: four.map(\.hash)))
    #expect(four.last?.hash != two.last?.hash)
}

@Test(arguments: [
    ("rank", "{pairs_per_prompt: 2}"), ("rank", "{normalize: {ddof: 0}}"),
    ("rank", "{normalize: {method: none}}"), ("rank", "{normalize: {include_reference: false}}"),
    ("rank", "{tie: {epsilon: 0.5}}"), ("rank", "{min_margin: {video: 1}}"),
    ("score.rewards.0.goal", "minimize"), ("score.rewards.0.modality", "audio"),
    ("score.rewards.0.name", "other"), ("score.rewards.0.role", "held_out"),
    ("rank", "{normalize: {method: quantile}}"), ("rank", "{normalize: {scope: prompt}}"),
    ("rank", "{aggregate: weighted}"), ("rank", "{select: best-worst}"),
    ("rank", "{guards: [{type: off-policy}]}"), ("rank", "{weighting: {method: margin}}"),
    ("score.on_missing", "drop-prompt"),
])
func changingOnlyTheRankingChangesOnlyTheRankRecipe(path: String, value: String) throws {
    let before = try hashes()
    let after = try hashes([path: value])
    #expect(after.dropLast() == before.dropLast())
    #expect(after.last != before.last)
}

@Test(arguments: [
    ("name", "other"), ("priority", "5"), ("weight", "2"), ("labels.a", "b"),
    ("resources", "{generate: {gpus: 1, timeout: 5m}}"), ("retry.max", "9"),
    ("limits.max_running", "3"), ("prompts.limit", "4"), ("prompts.source", "other.csv"),
    ("rank", "{min_margin: {video: 0}}"), ("score.rewards.3.name", "renamed"),
    ("score.batch", "8"), ("limits.max_disk", "2TiB"), ("prompts.exclude", "[sft.csv]"),
    ("prompts.dedupe", "{method: exact}"), ("export", "[{format: parquet, to: out}]"),
    ("after", "[{round: r}]"),
])
func whatDoesNotDecideAResultChangesNoHash(path: String, value: String) throws {
    #expect(try hashes([path: value]) == hashes())
}

@Test(arguments: [
    ("seed", "8"), ("generate.params.steps", "51"), ("generate.params.steps", "'50'"),
    ("generate.params.more", "1"), ("generate.adapter", "lora"),
    ("generate.seeds", "{policy: shared}"), ("generate.seeds", "{policy: list, list: [1, 2]}"),
    ("generate.variants", "[{params: {cfg: 7}}]"),
])
func whatDecidesGenerationChangesAllThatFollowsButNotTheGroundTruth(
    path: String, value: String
) throws {
    let before = try campaign().recipes()
    let after = try campaign([path: value]).recipes()
    for (old, new) in zip(before, after) {
        let isGroundTruth = old.ordinal == Recipe.groundTruthOrdinal
        #expect((old.hash == new.hash) == isGroundTruth, "\(old)")
    }
}

@Test func guardsAndWeightsThatDifferHaveHashesOfTheirOwn() throws {
    let rules = [
        "{aggregate: weighted, weights: {video: 2}}", "{aggregate: weighted, weights: {video: 3}}",
        "{aggregate: weighted}", "{guards: [{type: min-std, value: 1}]}",
        "{guards: [{type: min-std, value: 2}]}",
        "{guards: [{type: min-std, value: 1, action: warn}]}",
        "{guards: [{type: silence, max_ratio: 0.5}]}",
        "{guards: [{type: silence, max_ratio: 0.5, applies_to: winner}]}",
        "{weighting: {method: histogram}}", "{weighting: {method: histogram, bins: 60}}",
        "{tie: {action: split}}", "{ground_truth: statistics-only}", "{ground_truth: removed}",
    ]
    let found = try rules.map { try hashes(["rank": $0]).last ?? "" }
    #expect(Set(found).count == rules.count)
}

@Test func onlyARankThatDrawsAtRandomDependsOnTheSeed() throws {
    func rank(_ select: String, _ seed: String) throws -> Recipe? {
        try campaign(["rank.select": select, "seed": seed]).recipes().last
    }
    let drawn = try #require(try rank("best-random", "7"))
    #expect(drawn.seed == 7)
    #expect(try rank("best-worst", "7")?.seed == nil)
}

@Test func aRankWaitsForTheScoresThatItsGuardsLookAt() throws {
    let silence = "{name: quiet, scorer: ear, output: silence, role: held_out}"
    func over(_ rank: String) throws -> Int? {
        try campaign(["score.rewards": "[\(ranked), \(silence)]", "rank": rank])
            .recipes().last?.over.count
    }
    let ranked = "{name: loud, scorer: clip, output: loudness, modality: audio}"
    #expect(try over("{}") == 3)
    #expect(try over("{guards: [{type: silence, max_ratio: 0.5}]}") == 6)
}

@Test func anotherModelChangesEveryHash() throws {
    let shared = Set(try hashes()).intersection(try hashes(["generate.model": "ball@2"]))
    #expect(shared.isEmpty)
}

@Test func oneNumberWrittenInTwoWaysHasOneHash() throws {
    #expect(
        try hashes(["generate.params.steps": "50.0"]) == hashes(["generate.params.steps": "50"]))
}

@Test func withoutGroundTruthNothingIsIngested() throws {
    let recipes = try campaign(["generate.include_reference": "false"]).recipes()
    #expect(!recipes.contains { $0.kind == .ingest || $0.ordinal == Recipe.groundTruthOrdinal })
    #expect(recipes.count == 2 + 2 * 3 + 1)
}

@Test func theSeedOfACandidateIsStableAndItsOwn() {
    let seed = candidateSeed(campaignSeed: 7, promptKey: "p1", ordinal: 0)
    // SHA-256 of "21:duet.candidate-seed.18:campaign1:76:prompt2:p17:ordinal1:0", first 8 bytes.
    #expect(seed == 342778784023016827)
    #expect(seed != candidateSeed(campaignSeed: 8, promptKey: "p1", ordinal: 0))
    #expect(seed != candidateSeed(campaignSeed: 7, promptKey: "p2", ordinal: 0))
    #expect(seed != candidateSeed(campaignSeed: 7, promptKey: "p1", ordinal: 1))
}

@Test func promptHashesCoverWhatTheyName() {
    let prompt = Prompt(key: "p1", text: "a ball")
    let withTruth = Prompt(
        key: "p1", text: "a ball", groundTruth: .init(video: "/a.mp4", audio: nil))
    let withAudio = Prompt(
        key: "p1", text: "a ball", groundTruth: .init(video: nil, audio: "/a.mp4"))
    #expect(prompt.hash == "cf1f9f511aaf2c26999c44a908c0e25a")
    #expect(Set([prompt, withTruth, withAudio].map(\.hash)).count == 3)
    #expect(Set([prompt, withTruth, withAudio].map(\.textHash)).count == 1)
    #expect(Prompt(key: "p", text: "1a ball").hash != prompt.hash)
}
