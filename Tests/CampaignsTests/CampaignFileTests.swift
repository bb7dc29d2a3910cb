import Campaigns
import Testing

/// A good file of the least that one can say.
let goodFile = """
    kind: Campaign
    name: demo
    prompts: {source: prompts.csv}
    generate: {model: ball@1}
    score:
      rewards:
        - {name: clarity, scorer: ears, output: clarity, modality: audio}
        - {name: sharpness, scorer: eyes, output: sharpness, modality: video}

    """

/// Every key that runs, none at its default.
private let everyKey = """
    # A comment
    vars: {who: av-team, steps: 50, memory: 40GiB}
    kind: Campaign
    name: avdpo-r1
    labels: {project: avdpo, owner: "${who}", price: "$${who}s", round: 1}
    priority: 10
    weight: 2.5
    seed: 18446744073709551615
    prompts:
      source: prompts/train_30k.csv
      columns: {id: clip, text: caption, reference_video: path, reference_audio: audio_path}
      limit: 30000
      exclude: []
    generate:
      model: javisdit-pp@1.0
      adapter: none
      num_samples: 4
      include_reference: true
      seeds: {policy: derived}
      params: {steps: "${steps}", cfg: 5.0, shift: 2.5, fast: true, note: 'a b', size: 832,
               solver: "by ${who}", count: "${steps}0", tiny: 1e-6, no: no}
      variants: []
    score:
      rewards:
        - {name: visual_quality, scorer: videoalign, output: VQ, modality: video, role: ranked}
        - {name: ib_tv, scorer: imagebind, output: tv, modality: video, goal: maximize}
        - {name: ib_av, scorer: imagebind, output: av, modality: audio_video}
        - {name: desync, scorer: synchformer, output: offset, modality: audio_video, goal: minimize}
        - {name: javis, scorer: javisscore, output: mean, role: held_out}
      batch: 1
      on_missing: drop-candidate
    rank:
      normalize: {method: none, scope: campaign, ddof: 0, include_reference: false}
      aggregate: modality-micro
      select: dominance-max-margin
      pairs_per_prompt: 2
      tie: {epsilon: 0.25, action: drop}
      min_margin: {total: 0.5, video: 0.125, audio_video: 0.0}
      guards: []
      weighting: {method: none}
    resources:
      ingest: {cpus: 0.5, timeout: 500ms}
      generate: {cpus: 4, memory: 64GB, gpus: 2, gpu_memory: "${memory}", timeout: 20m}
      score: {gpus: 0.25, timeout: 1.5h, named: {licence: 1, decoder: 0.5}}
      rank: {memory: 512MiB, timeout: 1d}
      where: {gpu.model: {in: [H100, A100, H100]}, zone: east}
    retry: {max: 3, backoff: 90s, crash_limit: 7}
    limits: {max_running: 64, max_failed: 1%}
    export: []
    after: []
    """

private let everyKeyCampaign = Campaign(
    name: "avdpo-r1",
    labels: ["project": "avdpo", "owner": "av-team", "price": "${who}s", "round": "1"],
    priority: 10, weight: 2.5, seed: .max,
    prompts: .init(
        source: "prompts/train_30k.csv",
        columns: .init(
            id: "clip", text: "caption", referenceVideo: "path", referenceAudio: "audio_path"),
        limit: 30000),
    generate: .init(
        model: "javisdit-pp@1.0", numSamples: 4, includeReference: true,
        params: [
            "steps": .integer(50), "cfg": .integer(5), "shift": .fraction(2.5),
            "fast": .boolean(true), "note": .text("a b"), "size": .integer(832),
            "solver": .text("by av-team"), "count": .text("500"), "tiny": .fraction(1e-6),
            "no": .text("no"),
        ]),
    score: .init(
        rewards: [
            Reward(name: "visual_quality", scorer: "videoalign", output: "VQ", modality: "video"),
            Reward(name: "ib_tv", scorer: "imagebind", output: "tv", modality: "video"),
            Reward(name: "ib_av", scorer: "imagebind", output: "av", modality: "audio_video"),
            Reward(
                name: "desync", scorer: "synchformer", output: "offset", modality: "audio_video",
                goal: .minimize),
            Reward(
                name: "javis", scorer: "javisscore", output: "mean", modality: nil, role: .heldOut),
        ], batch: 1),
    rank: .init(
        normalize: .init(method: .none, ddof: 0, includeReference: false), pairsPerPrompt: 2,
        tieEpsilon: 0.25, minMargin: ["total": 0.5, "video": 0.125]),
    resources: .init(
        ingest: .init(cpus: 0.5, timeoutMilliseconds: 500),
        generate: .init(
            cpus: 4, memory: 64_000_000_000, gpus: 2, gpuMemory: 40 << 30,
            timeoutMilliseconds: 1_200_000),
        score: .init(
            gpus: 0.25, timeoutMilliseconds: 5_400_000, named: ["licence": 1, "decoder": 0.5]),
        rank: .init(memory: 512 << 20, timeoutMilliseconds: 86_400_000),
        labels: ["gpu.model": ["A100", "H100"], "zone": ["east"]]),
    retry: .init(max: 3, backoffMilliseconds: 90_000, crashLimit: 7),
    limits: .init(maxRunning: 64, maxFailed: .percent(1)))

@Test func everySupportedKeyIsDecoded() throws {
    let campaigns = try CampaignFile.decode(everyKey, file: "c.yaml")
    #expect(campaigns == [everyKeyCampaign])
}

@Test func whatAFileDoesNotSayHasTheMethodsDefaults() throws {
    let campaign = try #require(try CampaignFile.decode(goodFile, file: "c.yaml").first)
    #expect(
        campaign
            == Campaign(
                name: "demo", prompts: .init(source: "prompts.csv"),
                generate: .init(model: "ball@1"),
                score: .init(rewards: [
                    Reward(name: "clarity", scorer: "ears", output: "clarity", modality: "audio"),
                    Reward(
                        name: "sharpness", scorer: "eyes", output: "sharpness", modality: "video"),
                ])))
    #expect(campaign.generate.numSamples == 3)
    #expect(campaign.rank.normalize.method == .zscore)
    #expect(campaign.retry == Campaign.Retry(max: 2, backoffMilliseconds: 30_000, crashLimit: 5))
}

@Test func groundTruthIsRankedByDefaultWhenTheFileNamesItsColumn() throws {
    let file = goodFile.replacing(
        "prompts.csv}", with: "prompts.csv, columns: {reference_video: path}}")
    #expect(try CampaignFile.decode(file, file: "c.yaml")[0].generate.includeReference)
    let without = file.replacing("ball@1}", with: "ball@1, include_reference: false}")
    #expect(try !CampaignFile.decode(without, file: "c.yaml")[0].generate.includeReference)
}

@Test func severalDocumentsAreSeveralCampaigns() throws {
    let file = goodFile + "---\n" + goodFile.replacing("demo", with: "other") + "---\n"
    #expect(try CampaignFile.decode(file, file: "c.yaml").map(\.name) == ["demo", "other"])
}

@Test func overridesReplaceAddAndReachIntoListsAndVariables() throws {
    let file = goodFile + "vars: {top: 1}\npriority: ${top}\n"
    let campaign = try CampaignFile.decode(
        file, file: "c.yaml",
        overrides: [
            "vars.top": "9", "generate.num_samples": "5", "generate.params.a.b": "2.5",
            "score.rewards.1.goal": "minimize", "labels.team.name": "x y",
            "resources.where.gpu.model": "{in: [B, A]}", "limits.max_failed": "2%",
            "rank": "{tie: {epsilon: 0.5}}", "prompts.source": "/tmp/other.jsonl",
        ])[0]
    #expect(campaign.priority == 9)
    #expect(campaign.generate.numSamples == 5)
    #expect(campaign.generate.params == ["a.b": .fraction(2.5)])
    #expect(campaign.score.rewards[1].goal == .minimize)
    #expect(campaign.labels == ["team.name": "x y"])
    #expect(campaign.resources.labels == ["gpu.model": ["A", "B"]])
    #expect(campaign.limits.maxFailed == .percent(2))
    #expect(campaign.rank.tieEpsilon == 0.5)
    #expect(campaign.prompts.source == "/tmp/other.jsonl")
}

@Test func anOverrideGoesToTheDocumentsWhoseKindHasIt() throws {
    let file = goodFile + "---\nkind: Round\nname: r\ndata: {campaign: demo}\npolicy: {base: b}\n"
    let documents = try CampaignFile.documents(
        of: file, file: "c.yaml",
        overrides: ["seed": "9", "optim.lr": "0.5", "labels.team": "x", "on_fail": "rollback"])
    let campaign = try #require(documents.first?.campaign)
    let round = try #require(documents.last?.round)
    #expect(campaign.seed == 9)
    #expect(round.optim.rate == 0.5)
    #expect(round.onFail == .rollback)
    #expect(campaign.labels == ["team": "x"] && round.labels == ["team": "x"])
}

@Test(arguments: [everyKey, goodFile])
func canonicalJSONIsReadBackAsTheSameCampaign(file: String) throws {
    let campaign = try CampaignFile.decode(file, file: "c.yaml")[0]
    let json = campaign.canonicalJSON()
    let read = try Campaign(canonicalJSON: json)
    #expect(read == campaign)
    #expect(read.canonicalJSON() == json)
    #expect(read.recipes() == campaign.recipes())
}

@Test func canonicalJSONIsTheSameForEveryOrderOfKeys() throws {
    let other = """
        score:
          rewards:
            - {modality: audio, output: clarity, scorer: ears, name: clarity}
            - {modality: video, output: sharpness, scorer: eyes, name: sharpness}
        generate: {params: {}, num_samples: 3, model: ball@1}
        prompts: {source: prompts.csv}
        name: demo
        kind: Campaign
        """
    let left = try CampaignFile.decode(goodFile, file: "c.yaml")[0]
    let right = try CampaignFile.decode(other, file: "c.yaml")[0]
    #expect(left.canonicalJSON() == right.canonicalJSON())
}

@Test func canonicalJSONIsOneLineWithSortedKeys() throws {
    let json = try CampaignFile.decode(goodFile, file: "c.yaml")[0].canonicalJSON()
    let need = """
        {"cpus":1,"gpu_memory":0,"gpus":0,"memory":0,"named":{},"timeout_ms":3600000}
        """
    #expect(
        json == """
            {"generate":{"adapter":"none","include_reference":false,"model":"ball@1",\
            "num_samples":3,"params":{}},"kind":"Campaign","labels":{},"limits":{},\
            "name":"demo","priority":0,"prompts":{"columns":{"text":"text"},\
            "source":"prompts.csv"},"rank":{"aggregate":"modality-micro","min_margin":{},\
            "normalize":{"ddof":1,"include_reference":true,"method":"zscore",\
            "scope":"campaign"},"pairs_per_prompt":1,"select":"dominance-max-margin",\
            "tie_epsilon":0},"resources":{"generate":\(need),"ingest":\(need),"rank":\(need),\
            "score":\(need),"where":{}},"retry":{"backoff_ms":30000,"crash_limit":5,"max":2},\
            "score":{"rewards":[{"goal":"maximize","modality":"audio","name":"clarity",\
            "output":"clarity","role":"ranked","scorer":"ears"},{"goal":"maximize",\
            "modality":"video","name":"sharpness","output":"sharpness","role":"ranked",\
            "scorer":"eyes"}]},"seed":0,"version":1,"weight":1}
            """)
}

@Test(arguments: ["", "{}", "[1]", #"{"version":99,"kind":"Campaign"}"#])
func whatIsNoStoredCampaignIsRefused(json: String) {
    #expect(throws: CampaignFileError.self) { try Campaign(canonicalJSON: json) }
}

@Test func everyKindOfTaskHasItsResources() {
    let resources = everyKeyCampaign.resources
    #expect(resources.request(for: .ingest) == resources.ingest)
    #expect(resources.request(for: .generate) == resources.generate)
    #expect(resources.request(for: .score) == resources.score)
    #expect(resources.request(for: .rank) == resources.rank)
}
