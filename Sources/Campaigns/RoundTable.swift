import Words

extension Round: Tabled {
    static let table = Table(
        Round(name: "", data: .init()),
        [
            Row(
                readElsewhere: "kind",
                .choice([
                    .init(
                        word: FileKind.round.rawValue, summary: "this document is a round",
                        isSupported: true)
                ]), "What the document declares.", example: "Round", required: true,
                starter: "Round", writing: "Round"),
            Row(
                "name", \.name, .documentName,
                "The name, by which campaigns start it and later rounds go on from it.",
                example: "avdpo", required: true, starter: "my-round"),
            Row(
                "labels", \.labels, .map(of: .text, keys: "names of your own"),
                "Free labels to find it by.", example: "{project: avdpo}"),
            .variables,
            Row(
                "data", \.data, .section, "The pairs it trains from.",
                example: "{campaign: avdpo-r1}", required: true),
            Row(
                "policy", \.policy, .section, "What is trained.",
                example: "{adapter: none}"),
            .texts(\.texts),
            Row(
                "rounds", \.rounds, .integer(1...1000),
                "How many in a row; the next one's candidates come from the adapter in use.",
                example: "3"),
            Row(
                "objective", \.objective, .choice,
                "What is minimised over what; sft learns from the winners alone.",
                example: "sft"),
            Row(
                "adapter", \.adapter, .section, "The weights that are trained.",
                example: "{type: lora, rank: 64, alpha: 16}",
                starter: "{type: lora, rank: 64, alpha: 16}"),
            Row(
                "loss", \.loss, .section, "What is minimised.",
                example: "{type: avdpo_joint}", starter: "{type: avdpo_per_modality}"),
            Row(
                "times", \.times, .section, "At which times of the flow it is trained.",
                example: "{density: uniform}"),
            Row(
                "optim", \.optim, .section, "How it is minimised.", example: "{lr: 1.0e-5}",
                starter: "{lr: 1.0e-5, warmup: 100, epochs: 1}"),
            Row(
                "checkpoint", \.checkpoint, .section,
                "When the training is kept, to go on from there.", example: "{every: 100}"),
            Row(
                "launch", \.launch, .section, "How the training is started.",
                example: "{type: swift}", starter: "{type: swift}"),
            Row(
                "resources", \.resources, .section, "What the training needs of a worker.",
                example: "{gpus: 8, timeout: 24h}",
                absence: "one core, for at most a week"),
            Row(
                "evaluate", \.evaluate, .section, "On what the adapter is judged.",
                example: "{prompts: {source: heldout.csv}}",
                absence: "nothing is evaluated", starter: "{prompts: {source: heldout.csv}}"),
            Row(
                "gates", \.gates, .list(of: .section),
                "What the new adapter must reach; without any it always passes.",
                example: "[{metric: eval/win_rate, test: wilson_lower, min: 0.5}]",
                starter: "- {metric: eval/win_rate, test: wilson_lower, min: 0.5}"),
            Row(
                "on_pass", \.onPass, .choice, "What happens to an adapter that passes every gate.",
                example: "hold", starter: "promote"),
            Row(
                "on_fail", \.onFail, .choice, "What happens to an adapter that fails one.",
                example: "rollback", starter: "hold"),
            Row(
                "track", \.track, .section, "Where its runs are told besides here.",
                example: "{mlflow: http://mlflow:5000}", absence: "nowhere else"),
            Row(
                "export", \.export, .list(of: .choice),
                "The forms in which the adapter is written beside it, for other programs.",
                example: "[peft, comfyui]"),
        ]
    ) { round, field in
        if let start = round.adapter.adapter {
            // A training's word for it.
            if field.child("policy")?.child("adapter") != nil, round.policy.adapter != start {
                field.child("adapter")?.child("adapter")?.report(
                    "says another adapter than policy.adapter; keep that one")
            }
            round.policy.adapter = start
            round.adapter.adapter = nil
        }
        round.checkBorrowing(field)
        if round.evaluate == nil,
            round.gates.contains(where: { !$0.metric.hasPrefix("train/") })
        {
            field.child("gates")?.report(
                "look at an evaluation, and there is none; add evaluate, or only look at train/...")
        }
    }
}

extension Round {
    /// Reports what does not go with the pairs of another round.
    fileprivate func checkBorrowing(_ field: Field) {
        guard let origin = data.round else { return }
        if origin == name {
            field.child("data")?.child("round")?.report("is this round itself; name another")
        }
        if onFail == .retryLowerBeta {
            field.child("on_fail")?.report(
                "cannot try again on the same pairs here: the next round takes the next pairs "
                    + "of \(origin); hold, or roll back")
        }
    }
}

extension Round.Data: Tabled {
    static let table = Table(
        Round.Data(),
        [
            Row(
                "campaign", \.campaign, .documentName, "The campaign whose pairs they are.",
                example: "avdpo-r1", absence: "the pairs of data.round", starter: "my-campaign"),
            Row(
                "round", \.round, .documentName,
                "Rounds whose frozen pairs are trained on again, number by number: the trainings "
                    + "then differ in nothing else.",
                example: "avdpo", absence: "the pairs of data.campaign"),
            Row(
                "ranking", \.ranking,
                .text(
                    .init(words: "latest or a ranking's number", pattern: "^(latest|[0-9]+)$"),
                    check: { text, field in
                        if text == "latest" || UInt64(text) != nil { return true }
                        field.report(
                            "expected latest or a ranking's number, found \(field.node.form)")
                        return false
                    }),
                "Which of the campaign's rankings.", example: "latest", starter: "latest"),
            Row(
                "where", \.only, .condition(nil, example: "margin.total >= 0.5"),
                "Which of its pairs.", example: "margin.total >= 0.5", absence: "all of them"),
            Row(
                "held_out", \.heldOut,
                .number(.init(words: "a number from 0 to below 1", least: 0, most: 0.999_999)),
                "The share of prompts whose pairs are kept aside, to measure implicit accuracy on.",
                example: "0.1"),
            Row(
                "labels", \.labels, .choice, "Which member of a pair counts as the winner.",
                example: "shuffled"),
        ]
    ) { data, field in
        let source = ["campaign", "round"].filter { field.node[$0] != nil }
        guard source.count == 1 else {
            let place = field.child("round")?.node.place ?? field.node.place
            field.problems.report(
                place, field.path(of: "round"),
                source.isEmpty
                    ? "is missing, as is campaign; add campaign: NAME for the pairs of a campaign, "
                        + "or round: NAME for those of other rounds"
                    : "does not go with campaign; keep the one whose pairs are meant")
            return
        }
        guard data.round != nil else { return }
        let plain = Round.Data()
        for (key, isPlain) in [
            ("ranking", data.ranking == plain.ranking), ("where", data.only == nil),
            ("held_out", data.heldOut == plain.heldOut), ("labels", data.labels == plain.labels),
        ] where !isPlain {
            field.child(key)?.report(
                "chooses among a campaign's pairs; those of a round are taken as it froze them, "
                    + "so remove it")
        }
    }
}

extension Round.Policy: Tabled {
    static let table = Table(
        Round.Policy(),
        [
            Row(
                "base", \.base, .name, "The model, as a worker's engine names it.",
                example: "javisdit-pp@1.0", absence: "the campaign's"),
            Row(
                "adapter", \.adapter, .text,
                "The adapter it starts with: none, previous, round:NAME/NUMBER, or a path.",
                example: "none"),
        ])
}

extension Round.Evaluate: Tabled {
    static let table = Table(
        Round.Evaluate(prompts: .init(source: "")),
        [
            Row(
                "prompts", \.prompts, .section, "Prompts that no round trains on.",
                example: "{source: heldout.csv}", required: true),
            Row(
                "num_samples", \.numSamples, .integer(1...64), "Candidates for each prompt.",
                example: "2"),
            Row(
                "seed", \.seed, .seed,
                "The number from which their seeds follow, the same before and after.",
                example: "11"),
            Row(
                "distances", \.distances, .section,
                "How far its candidates as a whole are from the campaign's ground truth.",
                example: "{embedder: bounce-learned}", absence: "not measured"),
        ])
}

extension Round.Distances: Tabled {
    static let table = Table(
        Round.Distances(embedder: ""),
        [
            Row(
                "embedder", \.embedder, .name,
                "The scorer whose network turns clips into the numbers that are compared.",
                example: "bounce-learned", required: true),
            Row(
                "resources", \.resources, .section, "What embedding needs of a worker.",
                example: "{gpus: 1}", absence: "one core, for at most an hour"),
        ])
}
