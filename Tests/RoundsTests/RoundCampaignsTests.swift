import Campaigns
import Scheduling
import Testing

@testable import Rounds

private let source = Campaign(
    name: "pairs", priority: 3, seed: 7, prompts: .init(source: "prompts.csv"),
    generate: .init(model: "bounce", includeReference: true),
    score: .init(
        rewards: [Reward(name: "a", scorer: "s", output: "a", modality: "audio")]),
    export: [.init(format: .trl, to: "out")], after: [.init(round: "r")])

private let adapter = HashedFile(
    path: "/a/x.safetensors", sha256: String(repeating: "a", count: 64))

private func record(number: Int = 1) -> RoundRecord {
    var round = Round(name: "r", data: .init(campaign: "pairs"))
    round.evaluate = .init(prompts: .init(source: "held.csv"), seed: 11)
    var record = RoundRecord(
        name: "r", number: number, start: number - 1, campaign: "pairs", round: round)
    record.dataset = FrozenDataset(
        model: "bounce", train: .init(path: "/a/t.jsonl", sha256: "t", pairs: 4), heldOut: nil,
        ranking: "r1", rule: "h", groundTruthWinners: 1, isOnPolicy: true)
    return record
}

@Test func laterCandidatesComeFromThePolicyWithNoiseOfTheirOwn() {
    let campaign = RoundCampaigns(record(number: 3), source: source).candidates(adapter)
    #expect(campaign.name == "r/3/candidates")
    #expect(campaign.generate.adapter == adapter.text)
    #expect(campaign.seed == 9)
    #expect(campaign.rank == source.rank && campaign.score == source.score)
    #expect(campaign.after.isEmpty && campaign.export.isEmpty)
}

@Test func everyPolicyIsEvaluatedWithTheSameSeeds() throws {
    let rounds = RoundCampaigns(record(), source: source)
    let before = try #require(rounds.evaluation(of: 0, nil))
    let after = try #require(rounds.evaluation(of: 1, adapter))
    #expect(before.name == "r/0/evaluate" && after.name == "r/1/evaluate")
    #expect(before.seed == 11 && after.seed == 11)
    #expect(before.generate.adapter == "none" && after.generate.adapter == adapter.text)
    #expect(!before.generate.includeReference)
    // Nothing is ranked, so there is no rank task.
    #expect(!before.recipes().contains { $0.kind == .rank })
}

@Test func plainFineTuningLearnsFromTheWinnerOfEveryPair() throws {
    for objective in [TrainingFile.Objective.sft, .dpo] {
        var declared = record()
        declared.round.objective = objective
        declared.dataset?.texts = adapter
        let campaigns = RoundCampaigns(declared, source: source)
        let training = try #require(
            try campaigns.training(nil, folder: "/a/training", artifacts: "/a"))
        guard case .text(let document) = training.job?.params["document"] else {
            Issue.record("there is no document")
            continue
        }
        let file = try #require(
            try CampaignFile.documents(of: document, file: "training").first?.training)
        // A prompt's key stands in a line for each of its pairs, and ids must differ.
        #expect(file.data.map(\.id) == [objective == .sft ? "pair_id" : nil])
        #expect(file.data.map(\.audio) == [objective == .sft ? "reference_audio" : nil])
        #expect(file.texts == "/a/x.safetensors")
    }
}

@Test func distancesAreOneTaskOverTwoLists() throws {
    var declared = record()
    #expect(
        RoundCampaigns(declared, source: source).distances(
            of: "r/1/final", clips: "", references: "")
            == nil)
    declared.round.evaluate?.distances = .init(embedder: "e", resources: .init(gpus: 1))
    let campaign = try #require(
        RoundCampaigns(declared, source: source).distances(
            of: "r/1/final", clips: "/a/c.jsonl", references: "/a/g.jsonl"))
    #expect(campaign.name == "r/1/final-distances")
    let recipe = try #require(campaign.recipes().first)
    #expect(campaign.recipes().count == 1 && recipe.kind == .evaluate && recipe.name == "e")
    #expect(recipe.params == ["clips": .text("/a/c.jsonl"), "references": .text("/a/g.jsonl")])
    #expect(campaign.request(for: .evaluate).gpus == 1)
}

@Test func aFrozenClipNamesWhatCanBeSeenOrHeardBesideItsList() throws {
    let clips = FrozenClips.Clip(
        prompt: "p", ordinal: 1,
        media: [
            Media(role: "joint", path: "/art/ab/abcd.mkv", sha256: "abcd"),
            Media(role: "latents", path: "/art/cd/cdef.safetensors", sha256: "cdef"),
        ])
    #expect(
        try FrozenClips([clips]).lines == [
            #"{"media":[{"path":"../ab/abcd.mkv","role":"joint","sha256":"abcd"}],"#
                + #""ordinal":1,"prompt":"p"}"#
        ])
}

@Test func distancesNeedGroundTruth() {
    var round = record().round
    var without = source
    without.generate.includeReference = false
    #expect(round.distanceProblem(source: without) == nil)
    round.evaluate?.distances = .init(embedder: "e")
    #expect(round.distanceProblem(source: source) == nil)
    #expect(round.distanceProblem(source: without)?.contains("include_reference") == true)
}

@Test func aTrainingIsOneTaskWithItsWholeDocument() throws {
    let campaign = try #require(
        try RoundCampaigns(record(), source: source).training(
            adapter, folder: "/kept", artifacts: "/shared"))
    let recipes = campaign.recipes()
    #expect(recipes.count == 1 && recipes[0].kind == .train && recipes[0].name == "bounce")
    #expect(recipes[0].params["adapter"] == .text(adapter.text))
    #expect(recipes[0].params["checkpoints"] == .text("/kept"))
    #expect(recipes[0].params["artifacts"] == .text("/shared"))
    guard case .text(let document)? = recipes[0].params["document"] else {
        Issue.record("there is no document")
        return
    }
    let training = try CampaignFile.documents(of: document, file: "t")[0].training
    #expect(training?.data.first?.file == "/a/t.jsonl")
    // What is stored of it is read back.
    #expect(try Campaign(canonicalJSON: campaign.canonicalJSON()) == campaign)
}

@Test func whereAnAdapterLiesDoesNotChangeItsCandidates() {
    var moved = source
    moved.generate.adapter = adapter.text
    var other = source
    other.generate.adapter = HashedFile(path: "/b", sha256: adapter.sha256).text
    #expect(moved.recipes().map(\.hash) == other.recipes().map(\.hash))
    #expect(moved.recipes().map(\.hash) != source.recipes().map(\.hash))
}

@Test func aDeclaredRoundIsReadBackFromItsDocument() throws {
    let round = record().round
    #expect(
        try CampaignFile.documents(of: round.resolvedYAML(), file: "r")[0].round == round)
}

@Test func gatesThatNothingMeasuresAreFoundBeforeTheTraining() {
    var round = record().round
    round.gates = [
        .init(metric: "gain/total", test: .bootstrapLower, min: 0),
        .init(metric: "gain/totl", min: 0), .init(metric: "eval/frechet", max: 1),
        .init(metric: "eval/a", test: .wilsonLower, min: 0),
    ]
    let problems = round.gateProblems(rewards: source.score.rewards)
    #expect(problems.count == 3)
    #expect(problems[0].contains("did you mean 'gain/total'?"))
    #expect(problems[1].contains("add distances: {embedder: ...} there"))
    #expect(problems[2].contains("has no lower end"))
}
