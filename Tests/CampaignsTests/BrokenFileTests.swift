import Campaigns
import Testing

/// A good file; every case below breaks it in one way, or adds lines from the ninth on.
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

struct Broken: Sendable, CustomTestStringConvertible {
    var file: String
    var overrides: [String: String] = [:]
    var message: String

    /// The good file with lines added.
    static func adding(_ lines: String, _ message: String) -> Broken {
        Broken(file: goodFile + lines, message: message)
    }

    /// The good file with one text replaced.
    static func replacing(_ old: String, _ new: String, _ message: String) -> Broken {
        Broken(file: goodFile.replacing(old, with: new), message: message)
    }

    /// The good file with one override.
    static func setting(_ path: String, _ value: String, _ message: String) -> Broken {
        Broken(file: goodFile, overrides: [path: value], message: message)
    }

    var testDescription: String { message }
}

func message(_ file: String, _ overrides: [String: String] = [:]) -> String {
    do {
        _ = try CampaignFile.decode(file, file: "c.yaml", overrides: overrides)
        return "no problem"
    } catch {
        return error.description
    }
}

func check(_ broken: Broken) {
    #expect(message(broken.file, broken.overrides) == broken.message)
}

@Test(arguments: [
    Broken(file: "", message: "c.yaml: holds no campaign; begin with 'kind: Campaign'"),
    Broken(
        file: "# none\n---\n", message: "c.yaml: holds no campaign; begin with 'kind: Campaign'"),
    Broken(file: "just a text", message: "c.yaml:1: expected a mapping, found 'just a text'"),
    Broken(file: "- a\n- b", message: "c.yaml:1: expected a mapping, found a list"),
    Broken(
        file: "name: x", message: "c.yaml:1: kind: is missing; add it, for example kind: Campaign"),
    Broken(
        file: "kind: Campaign",
        message: """
            c.yaml:1: name: is missing; add it, for example name: my-campaign
            c.yaml:1: prompts: is missing; add it, for example prompts: {source: prompts.csv}
            c.yaml:1: generate: is missing; add it, for example generate: {model: bouncing-ball@1}
            c.yaml:1: score: is missing; add it, for example score: {rewards: [...]}
            """),
    .replacing(
        "kind: Campaign", "kind: Round",
        "c.yaml:1: kind: 'Round' is not supported yet; use Campaign"),
    .replacing(
        "kind: Campaign", "kind: Compaign",
        "c.yaml:1: kind: unknown value 'Compaign'; did you mean 'Campaign'?"),
    .adding(
        "seed: [1, 2\n",
        """
        c.yaml:10: is not YAML: while parsing a flow sequence of line 9, did not find expected \
        ',' or ']'
        """
    ),
    .adding("seed: 1\nseed: 2\n", "c.yaml:9: gives 'seed' twice in one mapping; keep one"),
    .adding(
        "\tseed: 1\n",
        """
        c.yaml:9: is not YAML: while scanning for the next token of line 9, found character that \
        cannot start any token
        """
    ),
    .adding(
        "labels: {<<: {a: b}}\n",
        "c.yaml:9: <<: merge keys are not supported; repeat the keys, or use vars"),
    .adding("labels: {? [a] : b}\n", "c.yaml:9: has a key that is not a plain name"),
    Broken(
        file: goodFile + "---\n" + goodFile,
        message: "c.yaml:10: name: 'demo' is taken by an earlier document of this file"),
])
func aFileThatIsNoCampaignSaysWhereAndWhy(broken: Broken) {
    check(broken)
}

@Test(
    arguments: [
        .adding("sed: 5\n", "c.yaml:9: sed: unknown key; did you mean 'seed'?"),
        .adding(
            "colour: red\n",
            """
            c.yaml:9: colour: unknown key; known here: generate, kind, labels, limits, name, \
            priority, prompts, rank, resources, retry, score, seed, vars, weight
            """
        ),
        .replacing(
            "{model: ball@1}", "{model: ball@1, num_sample: 5}",
            "c.yaml:4: generate.num_sample: unknown key; did you mean 'num_samples'?"),
        .replacing(
            "output: clarity,", "output: clarity, weight: 2,",
            """
            c.yaml:7: score.rewards[0].weight: unknown key; known here: goal, modality, name, \
            output, role, scorer
            """
        ),
        .adding(
            "resources: {generate: {cpu: 2}}\n",
            "c.yaml:9: resources.generate.cpu: unknown key; did you mean 'cpus'?"),
        .adding(
            "retry: {maximum: 2}\n", "c.yaml:9: retry.maximum: unknown key; did you mean 'max'?"),
        .adding(
            "rank: {normalize: {method: zscore, dof: 1}}\n",
            "c.yaml:9: rank.normalize.dof: unknown key; did you mean 'ddof'?"),
        .adding(
            "rank: {tie: {eps: 0}}\n",
            "c.yaml:9: rank.tie.eps: unknown key; did you mean 'epsilon'?"),
        .adding(
            "resources: {where: {gpu.model: {of: [A]}}}\n",
            """
            c.yaml:9: resources.where.gpu.model.in: is missing; add it, for example in: [A100, H100]
            c.yaml:9: resources.where.gpu.model.of: unknown key; known here: in
            """),
    ] as [Broken])
func anUnknownKeyIsAProblemWithTheNearestName(broken: Broken) {
    check(broken)
}

@Test(
    arguments: [
        .adding(
            "export:\n  - {format: parquet, to: out}\n",
            "c.yaml:9: export: not supported yet; remove it"),
        .adding("after: [{round: avdpo}]\n", "c.yaml:9: after: not supported yet; remove it"),
        .replacing(
            "prompts.csv}", "prompts.csv, exclude: [sft.csv]}",
            "c.yaml:3: prompts.exclude: not supported yet; remove it"),
        .replacing(
            "prompts.csv}", "prompts.csv, dedupe: {method: minhash}}",
            "c.yaml:3: prompts.dedupe: not supported yet; remove it"),
        .replacing(
            "prompts.csv", "prompts.parquet",
            "c.yaml:3: prompts.source: parquet is not supported yet; convert it to csv or jsonl"),
        .replacing(
            "ball@1}", "ball@1, adapter: 'round:avdpo/3'}",
            "c.yaml:4: generate.adapter: adapters are not supported yet; use none, or remove it"),
        .replacing(
            "ball@1}", "ball@1, seeds: {policy: shared}}",
            "c.yaml:4: generate.seeds.policy: 'shared' is not supported yet; use derived"),
        .replacing(
            "ball@1}", "ball@1, seeds: {policy: list, list: [1]}}",
            """
            c.yaml:4: generate.seeds.policy: 'list' is not supported yet; use derived
            c.yaml:4: generate.seeds.list: not supported yet; remove it
            """),
        .replacing(
            "ball@1}", "ball@1, variants: [{weight: 0.5}]}",
            "c.yaml:4: generate.variants: not supported yet; remove it"),
        .replacing(
            "score:", "score:\n  batch: 8", "c.yaml:6: score.batch: not supported yet; remove it"),
        .replacing(
            "score:", "score:\n  on_missing: fail",
            "c.yaml:6: score.on_missing: 'fail' is not supported yet; use drop-candidate"),
        .adding(
            "rank: {normalize: {method: minmax}}\n",
            "c.yaml:9: rank.normalize.method: 'minmax' is not supported yet; use zscore or none"),
        .adding(
            "rank: {normalize: {scope: prompt}}\n",
            "c.yaml:9: rank.normalize.scope: 'prompt' is not supported yet; use campaign"),
        .adding(
            "rank: {aggregate: modality-macro}\n",
            "c.yaml:9: rank.aggregate: 'modality-macro' is not supported yet; use modality-micro"),
        .adding(
            "rank: {select: best-worst}\n",
            "c.yaml:9: rank.select: 'best-worst' is not supported yet; use dominance-max-margin"),
        .adding(
            "rank: {guards: [{type: min-std}]}\n",
            "c.yaml:9: rank.guards: not supported yet; remove it"),
        .adding(
            "rank: {weighting: {method: histogram, bins: 50}}\n",
            "c.yaml:9: rank.weighting: not supported yet; remove it"),
        .adding(
            "limits: {max_disk: 2TiB}\n",
            "c.yaml:9: limits.max_disk: not supported yet; remove it"),
    ] as [Broken])
func whatDoesNotRunYetIsRefusedAndNeverIgnored(broken: Broken) {
    check(broken)
}

@Test func allProblemsOfAFileAreReportedTogetherByLine() {
    let file = """
        kind: Campaign
        name: a b
        priority: high
        prompts: {source: prompts.parquet}
        generate: {model: ball@1, num_samples: 0, adapter: lora}
        score:
          rewards:
            - {name: x, scorer: s, output: o}
        rank: {aggregate: weighted}
        sed: 1
        """
    #expect(
        message(file, ["retry.max": "-1"]) == """
            --set retry.max=-1: retry.max: expected 0 to 100, found -1
            c.yaml:2: name: expected a name without spaces, found 'a b'
            c.yaml:3: priority: expected a whole number, found 'high'
            c.yaml:4: prompts.source: parquet is not supported yet; convert it to csv or jsonl
            c.yaml:5: generate.adapter: adapters are not supported yet; use none, or remove it
            c.yaml:5: generate.num_samples: expected 1 to 1000, found 0
            c.yaml:8: score.rewards[0].modality: is missing; add it, for example modality: audio
            c.yaml:9: rank.aggregate: 'weighted' is not supported yet; use modality-micro
            c.yaml:10: sed: unknown key; did you mean 'seed'?
            """)
}

@Test func aHugeTreeOfAliasesIsRefused() {
    var file = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
        let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        file += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(message(file) == "c.yaml:1: holds more than 100000 values; split the file")
}

@Test func aMissingFileSaysSo() {
    #expect(
        throws: CampaignFileError(problems: [
            Problem(file: "/nowhere/c.yaml", line: 0, path: "", message: "does not exist")
        ])
    ) {
        try CampaignFile.load("/nowhere/c.yaml")
    }
}
