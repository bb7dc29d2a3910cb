import Campaigns
import Testing

@Test(
    arguments: [
        .replacing(
            "name: demo", "name: my demo",
            "c.yaml:2: name: expected a name without spaces, found 'my demo'"),
        .replacing(
            "name: demo", "name: -demo",
            """
            c.yaml:2: name: expected at most 63 letters, digits, '-', '_' and '.', beginning \
            with a letter or digit, found '-demo'
            """
        ),
        .replacing(
            "name: demo", "name:", "c.yaml:2: name: has no value; give one, or remove the key"),
        .replacing("name: demo", "name: [demo]", "c.yaml:2: name: expected a text, found a list"),
        .adding("priority: high\n", "c.yaml:9: priority: expected a whole number, found 'high'"),
        .adding("priority: 1.5\n", "c.yaml:9: priority: expected a whole number, found '1.5'"),
        .adding(
            "priority: 10000000\n",
            "c.yaml:9: priority: expected -1000000 to 1000000, found 10000000"),
        .adding(
            "weight: 0\n", "c.yaml:9: weight: expected a number above 0, at most 1000000, found '0'"
        ),
        .adding(
            "weight: .inf\n",
            "c.yaml:9: weight: expected a number above 0, at most 1000000, found '.inf'"),
        .adding(
            "seed: -1\n",
            "c.yaml:9: seed: expected a whole number from 0 to 18446744073709551615, found '-1'"),
        .adding(
            "seed: '5'\n",
            """
            c.yaml:9: seed: expected a whole number from 0 to 18446744073709551615, found the \
            text '5'
            """
        ),
        .adding("labels: [a]\n", "c.yaml:9: labels: expected a mapping, found a list"),
        .adding("labels: {a: [b]}\n", "c.yaml:9: labels.a: expected a text, found a list"),
        .replacing(
            "{source: prompts.csv}", "prompts.csv",
            "c.yaml:3: prompts: expected a mapping, found 'prompts.csv'"),
        .replacing(
            "prompts.csv", "prompts.xml",
            """
            c.yaml:3: prompts.source: expected a file that ends in .csv, .jsonl or .txt, found \
            'prompts.xml'
            """
        ),
        .replacing(
            "prompts.csv}", "prompts.csv, limit: 0}",
            "c.yaml:3: prompts.limit: expected at least 1, found 0"),
        .replacing(
            "prompts.csv}", "p.txt, columns: {text: caption}}",
            """
            c.yaml:3: prompts.columns: a txt file has one prompt per line and no columns; remove \
            it
            """
        ),
        .replacing(
            "ball@1}", "ball@1, num_samples: 0}",
            "c.yaml:4: generate.num_samples: expected 1 to 1000, found 0"),
        .replacing(
            "ball@1}", "ball@1, include_reference: yes}",
            "c.yaml:4: generate.include_reference: expected true or false, found 'yes'"),
        .replacing(
            "ball@1}", "ball@1, include_reference: true}",
            """
            c.yaml:4: generate.include_reference: needs the ground truth's column; name it in \
            prompts.columns.reference_video, or say false
            """
        ),
        .replacing(
            "ball@1}", "ball@1, params: {size: [8, 8]}}",
            "c.yaml:4: generate.params.size: expected a plain value, found a list"),
        .replacing(
            "ball@1}", "ball@1, params: {cfg: 1e999}}",
            "c.yaml:4: generate.params.cfg: expected a finite number, found '1e999'"),
    ] as [Broken])
func aValueOfTheWrongFormSaysWhatIsExpected(broken: Broken) {
    check(broken)
}

@Test(
    arguments: [
        .replacing(
            "name: sharpness", "name: clarity",
            """
            c.yaml:8: score.rewards[1].name: 'clarity' is taken by an earlier reward; choose \
            another name
            """
        ),
        .replacing(
            "scorer: eyes, output: sharpness", "scorer: ears, output: clarity",
            """
            c.yaml:8: score.rewards[1].output: 'clarity' of 'ears' is reward 'clarity' already; \
            use each output once
            """
        ),
        .replacing(
            "output: sharpness, modality: video", "output: sharpness",
            "c.yaml:8: score.rewards[1].modality: is missing; add it, for example modality: audio"),
        .replacing(
            "modality: video", "modality: total",
            """
            c.yaml:8: score.rewards[1].modality: 'total' means the sum of all modalities; choose \
            another name
            """
        ),
        .replacing(
            "modality: video", "modality: video, goal: minimise",
            "c.yaml:8: score.rewards[1].goal: unknown value 'minimise'; did you mean 'minimize'?"),
        .replacing(
            "modality: video", "modality: video, role: heldout",
            "c.yaml:8: score.rewards[1].role: unknown value 'heldout'; did you mean 'held_out'?"),
        Broken(
            file: goodFile.replacing("modality: audio", with: "role: held_out")
                .replacing("modality: video", with: "role: held_out"),
            message:
                "c.yaml:7: score.rewards: has no reward to rank by; add one whose role is ranked"),
        Broken(
            file: String(goodFile.prefix(while: { $0 != "-" })) + "[]\n",
            message:
                "c.yaml:7: score.rewards: has no reward to rank by; add one whose role is ranked"),
        .adding(
            "rank: {normalize: {ddof: 2}}\n",
            "c.yaml:9: rank.normalize.ddof: expected 0 to 1, found 2"),
        .adding(
            "rank: {pairs_per_prompt: 0}\n",
            "c.yaml:9: rank.pairs_per_prompt: expected 1 to 1000, found 0"),
        .adding(
            "rank: {tie: {epsilon: -0.1, action: keep}}\n",
            """
            c.yaml:9: rank.tie.epsilon: expected a number of at least 0, found '-0.1'
            c.yaml:9: rank.tie.action: unknown value 'keep'; known here: drop
            """),
        .adding(
            "rank: {min_margin: {vidoe: 0.5}}\n",
            """
            c.yaml:9: rank.min_margin.vidoe: no ranked reward has this modality; did you mean \
            'video'?
            """
        ),
        .adding(
            "rank: {min_margin: {video: a lot}}\n",
            "c.yaml:9: rank.min_margin.video: expected a number of at least 0, found 'a lot'"),
        .adding(
            "rank: {min_margin: 0.5}\n",
            "c.yaml:9: rank.min_margin: expected a mapping, found '0.5'"),
    ] as [Broken])
func rewardsAndTheirRankingMustFitTogether(broken: Broken) {
    check(broken)
}

@Test(
    arguments: [
        .adding(
            "resources: {score: {gpus: 1.5}}\n",
            """
            c.yaml:9: resources.score.gpus: expected a multiple of 0.001 up to 1, or a whole \
            number, found '1.5'
            """
        ),
        .adding(
            "resources: {score: {gpus: 0.00025}}\n",
            """
            c.yaml:9: resources.score.gpus: expected a multiple of 0.001 up to 1, or a whole \
            number, found '0.00025'
            """
        ),
        .adding(
            "resources: {score: {memory: 512}}\n",
            "c.yaml:9: resources.score.memory: expected a size such as 500MB or 2GiB, found '512'"),
        .adding(
            "resources: {score: {memory: 2 gigabytes}}\n",
            """
            c.yaml:9: resources.score.memory: expected a size such as 500MB or 2GiB, found '2 \
            gigabytes'
            """
        ),
        .adding(
            "resources: {score: {timeout: 90}}\n",
            """
            c.yaml:9: resources.score.timeout: expected a duration such as 90s, 15m, 2h, 1d or \
            500ms, found '90'
            """
        ),
        .adding(
            "resources: {score: {timeout: 0s}}\n",
            "c.yaml:9: resources.score.timeout: expected at least 1ms, found '0s'"),
        .adding(
            "resources: {score: {timeout: 1h30m}}\n",
            """
            c.yaml:9: resources.score.timeout: expected a duration such as 90s, 15m, 2h, 1d or \
            500ms, found '1h30m'
            """
        ),
        .adding(
            "resources: {score: {named: {licence: some}}}\n",
            """
            c.yaml:9: resources.score.named.licence: expected a multiple of 0.001 from 0 to \
            1000000000, found 'some'
            """
        ),
        .adding(
            "resources: {where: {gpu.model: {in: []}}}\n",
            "c.yaml:9: resources.where.gpu.model.in: allows no value at all; list at least one"),
        .adding(
            "resources: {where: {gpu.model: [A, B]}}\n",
            """
            c.yaml:9: resources.where.gpu.model: expected a value, or {in: [value, ...]}, found \
            a list
            """
        ),
        .adding("retry: {max: 1000}\n", "c.yaml:9: retry.max: expected 0 to 100, found 1000"),
        .adding(
            "retry: {backoff: soon}\n",
            """
            c.yaml:9: retry.backoff: expected a duration such as 90s, 15m, 2h, 1d or 500ms, \
            found 'soon'
            """
        ),
        .adding(
            "retry: {crash_limit: 0}\n", "c.yaml:9: retry.crash_limit: expected 1 to 100, found 0"),
        .adding(
            "limits: {max_running: 0}\n",
            "c.yaml:9: limits.max_running: expected at least 1, found 0"),
        .adding(
            "limits: {max_failed: 101%}\n",
            """
            c.yaml:9: limits.max_failed: expected a count such as 100 or a percentage such as \
            1%, found '101%'
            """
        ),
        .adding(
            "limits: {max_failed: few}\n",
            """
            c.yaml:9: limits.max_failed: expected a count such as 100 or a percentage such as \
            1%, found 'few'
            """
        ),
    ] as [Broken])
func budgetsSayWhatTheyTake(broken: Broken) {
    check(broken)
}

@Test(
    arguments: [
        .adding(
            "labels: {a: '${who}'}\n",
            """
            c.yaml:9: labels.a: no variable 'who' in vars; add it under vars, or give --set \
            vars.who=...
            """
        ),
        .adding(
            "vars: {whom: me}\nlabels: {a: '${who}'}\n",
            "c.yaml:10: labels.a: no variable 'who' in vars; did you mean 'whom'?"),
        .adding(
            "labels: {a: 'x ${who'}\n",
            "c.yaml:9: labels.a: has a '${' without its '}'; write '$${' for a plain one"),
        .adding(
            "vars: {a: 1, b: '${a}'}\n",
            "c.yaml:9: vars.b: variables cannot use other variables; write the value out"),
        .adding(
            "vars: [a]\n", "c.yaml:9: vars: expected a mapping of names to values, found a list"),
        .adding("vars: {a: [1]}\n", "c.yaml:9: vars.a: expected a plain value, found a list"),
        .adding(
            "vars: {n: many}\npriority: ${n}\n",
            "c.yaml:10: priority: expected a whole number, found 'many'"),
        .setting(
            "generate.num_samples", "many",
            """
            --set generate.num_samples=many: generate.num_samples: expected a whole number, \
            found 'many'
            """
        ),
        .setting(
            "generate.num_sample", "5",
            """
            --set generate.num_sample=5: generate.num_sample: unknown key; did you mean \
            'num_samples'?
            """
        ),
        .setting(
            "generate.model.name", "x",
            "--set generate.model.name=x: generate.model is 'ball@1' and has no fields"),
        .setting(
            "score.rewards.7.goal", "minimize",
            """
            --set score.rewards.7.goal=minimize: '7' is no item of score.rewards, which has \
            items 0 to 1
            """
        ),
        .setting(
            "score.rewards.0.goal", "min",
            """
            --set score.rewards.0.goal=min: score.rewards[0].goal: unknown value 'min'; did you \
            mean 'minimize'?
            """
        ),
        .setting(
            "generate..model", "x",
            "--set generate..model=x: is not a path; write it like generate.num_samples"),
        .setting("seed", "[1", "--set seed=[1: has a value that is not YAML; quote it"),
        .setting("seed", "", "--set seed=: seed: has no value; give one, or remove the key"),
        .setting(
            "labels.a.b", "[c]", "--set labels.a.b=[c]: labels.a.b: expected a text, found a list"),
        .setting(
            "kind", "Sweep", "--set kind=Sweep: kind: 'Sweep' is not supported yet; use Campaign"),
    ] as [Broken])
func variablesAndOverridesAreCheckedLikeTheFile(broken: Broken) {
    check(broken)
}

@Test func aVariableWithoutQuotesInsideBracesSaysHowToWriteIt() {
    #expect(
        message(goodFile + "vars: {n: 1}\nretry: {max: ${n}}\n") == """
            c.yaml:10: is not YAML: while parsing a flow mapping of line 10, \
            did not find expected ',' or '}'; inside { } put quotes around ${...}
            """)
}
