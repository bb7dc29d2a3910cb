import Words

extension Round: Tabled {
    static let table = Table(
        Round(name: "", data: .init(campaign: ""), policy: .init(base: "")),
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
                "policy", \.policy, .section, "What is trained, and what it is compared with.",
                example: "{base: javisdit-pp@1.0}", required: true),
            Row(
                "adapter", \.adapter, .section, "The weights that are trained.",
                example: "{type: lora, rank: 64, alpha: 16}",
                starter: "{type: lora, rank: 64, alpha: 16}"),
            Row(
                "loss", \.loss, .section, "What is minimised.",
                example: "{type: avdpo_joint}", starter: ""),
            Row(
                "optim", \.optim, .section, "How it is minimised.", example: "{lr: 1.0e-5}",
                starter: "{lr: 1.0e-5, warmup: 100, epochs: 1}"),
            Row(
                "launch", \.launch, .section, "How the training is started.",
                example: "{type: swift}", starter: "{type: swift}"),
            Row(
                "checkpoint", \.checkpoint, .section, "When weights are kept.",
                example: "{every: 1000, keep_last: 3}"),
            Row(
                "resume", \.resume, .choice, "Whether an interrupted training goes on.",
                example: "never"),
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
                "track", \.track, .section, "Where the training is tracked besides here.",
                example: "{mlflow: http://mlflow:5000}", absence: "nowhere else"),
            Row(
                "export", \.export, .list(of: .choice),
                "The forms in which the adapter is written.", example: "[peft, comfyui]"),
        ])
}

extension Round.Data: Tabled {
    static let table = Table(
        Round.Data(campaign: ""),
        [
            Row(
                "campaign", \.campaign, .documentName, "The campaign whose pairs they are.",
                example: "avdpo-r1", required: true, starter: "my-campaign"),
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
        ])
}

extension Round.Policy: Tabled {
    static let table = Table(
        Round.Policy(base: ""),
        [
            Row(
                "base", \.base, .name, "The model, as a worker's engine names it.",
                example: "javisdit-pp@1.0", required: true, starter: "bouncing-ball@1"),
            Row(
                "adapter", \.adapter, .text,
                "The adapter it starts with: none, previous, round:NAME/NUMBER, or a path.",
                example: "none"),
            Row(
                "reference", \.reference,
                .text(
                    .init(
                        words: "round-start, base, previous, or ema: and a decay below 1",
                        pattern: #"^(round-start|base|previous|ema:0?\.[0-9]+)$"#),
                    check: isReference),
                "What the policy is compared with in the loss.", example: "ema:0.6"),
        ])

    @Sendable private static func isReference(_ text: String, _ field: Field) -> Bool {
        let words = ["round-start", "base", "previous"]
        if words.contains(text) { return true }
        if text.hasPrefix("ema:") {
            if let decay = Double(text.dropFirst(4)), decay > 0, decay < 1 { return true }
            field.report("expected a decay between 0 and 1 after 'ema:', found \(field.node.form)")
        } else {
            field.report(
                "unknown value '\(text.excerpt)'; \(hint(for: text, among: words + ["ema:0.6"]))")
        }
        return false
    }
}

extension Round.Adapter: Tabled {
    static let table = Table(
        Round.Adapter(),
        [
            Row("type", \.type, .choice, "The form of the trained weights.", example: "lora"),
            Row("rank", \.rank, .integer(1...4096), "The rank of the update.", example: "32"),
            Row(
                "alpha", \.alpha, .number(.above0), "The update's scale is alpha over rank.",
                example: "32"),
            Row(
                "dropout", \.dropout, .number(.fraction),
                "The share of activations dropped in training; above 0 the first loss is not ln 2.",
                example: "0.05"),
            Row(
                "targets", \.targets, .list(of: .text, least: 1),
                "The layers that get one, by name; * stands for any text.",
                example: "[self_attn.*, audio_ffn.*]"),
        ])
}

extension Round.Loss: Tabled {
    static let table = Table(
        Round.Loss(),
        [
            Row(
                "type", \.type, .choice, "The loss.", example: "avdpo_joint",
                starter: "avdpo_per_modality"),
            Row(
                "beta", \.beta, .map(of: .number(.above0), keys: "modalities"),
                "The strength of the preference in each modality, under mean reduction.",
                example: "{audio: 500, video: 500}", starter: "{audio: 1000, video: 3000}"),
            Row(
                "winner_sft_weight", \.winnerWeight, .number(.atLeast0),
                "The weight of the winner's own flow-matching loss.", example: "0.1"),
        ])
}

extension Round.Optimiser: Tabled {
    static let table = Table(
        Round.Optimiser(),
        [
            Row(
                "lr", \.rate, .number(.above0), "The learning rate after warm-up.",
                example: "1.0e-5"),
            Row(
                "warmup", \.warmup, .integer(0...Int.max),
                "The steps over which the rate rises from 0.", example: "100"),
            Row(
                "epochs", \.epochs, .integer(1...1000), "How often every pair is seen.",
                example: "2"),
            Row(
                "grad_clip", \.gradientClip, .number(.above0), "The largest norm of a gradient.",
                example: "1"),
            Row(
                "ema", \.ema,
                .number(.init(words: "a number from 0 to below 1", least: 0, most: 0.999_999_9)),
                "The decay of the averaged weights; 0 keeps none.", example: "0.999"),
            Row("precision", \.precision, .choice, "The form of numbers.", example: "fp32"),
            Row(
                "seed", \.seed, .seed, "The number from which times and noise are derived.",
                example: "42"),
        ])
}
