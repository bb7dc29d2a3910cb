extension TrainingFile: Tabled {
    static let table = Table(
        TrainingFile(name: "", objective: .sft, model: "", data: [], output: ""),
        [
            Row(
                readElsewhere: "kind",
                .choice([
                    .init(
                        word: FileKind.training.rawValue, summary: "this document is a training",
                        isSupported: true)
                ]), "What the document declares.", example: "Training", required: true,
                starter: "Training", writing: "Training"),
            Row(
                "name", \.name, .documentName, "The name.", example: "bounce-base",
                required: true, starter: "my-training"),
            Row(
                "labels", \.labels, .map(of: .text, keys: "names of your own"),
                "Free labels to find it by.", example: "{project: bounce}"),
            .variables,
            Row(
                "objective", \.objective, .choice, "What is minimised over what.",
                example: "sft", required: true, starter: "sft"),
            Row(
                "model", \.model, .text, "The folder of the model it begins with.",
                example: "models/bounce", required: true, starter: "model"),
            Row(
                "start", \.start, .choice, "The weights at the beginning.", example: "random"),
            .texts(\.texts),
            Row(
                "data", \.data, .list(of: .section, least: 1),
                "The files of clips or pairs it learns from.", example: "[{file: base.csv}]",
                required: true, starter: "- {file: clips.csv}"),
            Row(
                "held_out", \.heldOut, .list(of: .section),
                "The files of clips or pairs that it is measured on at the end, and never learns "
                    + "from.", example: "[{file: held-out.jsonl}]"),
            Row(
                "output", \.output, .text, "The folder for checkpoints, curves and the result.",
                example: "runs/bounce-base", required: true, starter: "trained"),
            Row(
                "weights", \.weights, .section, "Which weights are trained.",
                example: "{type: lora, rank: 16, alpha: 16}", starter: "{type: full}"),
            Row(
                "loss", \.loss, .section, "What is minimised.",
                example: "{type: avdpo_joint, factor: 1}",
                starter: "{weights: {audio: 1, video: 1}}"),
            Row(
                "times", \.times, .section, "At which times of the flow it is trained.",
                example: "{density: uniform}"),
            Row(
                "optim", \.optim, .section, "How it is minimised.",
                example: "{method: adamw, lr: 0.001, batch: 8}",
                starter: "{method: adamw, lr: 0.001, warmup: 20, batch: 8, steps: 100}"),
            Row(
                "checkpoint", \.checkpoint, .section, "When it is kept.",
                example: "{every: 100, keep: 2}"),
            Row(
                "stored", \.stored, .choice, "How the result's numbers are stored.",
                example: "bf16"),
            Row(
                "export", \.export, .list(of: .choice),
                "The forms in which an adapter is written.", example: "[peft, comfyui]"),
        ])
}

extension Row {
    /// What a text encoder made of the texts, for trainings and rounds.
    static func texts(_ place: any WritableKeyPath<Owner, String?> & Sendable) -> Row {
        Row(
            "texts", place, .text,
            "A safetensors file with a text encoder's states of each text, named by the text and "
                + "empty for dropped ones.",
            example: "texts.safetensors", absence: "the model embeds words itself")
    }
}

extension TrainingFile.Source: Tabled {
    static let table = Table(
        TrainingFile.Source(file: ""),
        [
            Row(
                "file", \.file, .text,
                "Clips: a prompts file that names them. Pairs: TRL's jsonl or JavisDiT's csv, as "
                    + "`duet pairs export` writes them.",
                example: "base.csv", required: true, starter: "clips.csv"),
            Row(
                "id", \.id, .text,
                "The column that identifies a clip: `pair_id` learns from the winners of pairs.",
                example: "pair_id", absence: "id, or the row's number"),
            Row(
                "video", \.video, .text, "The column with a clip's video.",
                example: "reference_video"),
            Row(
                "audio", \.audio, .text, "The column with a clip's sound.",
                example: "reference_audio", absence: "the video carries it"),
            Row(
                "low_quality", \.isLowQuality, .boolean,
                "Whether its videos count only at high noise, as loss.low_quality_above says.",
                example: "true"),
        ])
}

extension TrainingFile.Weights: Tabled {
    static let table = Table(
        TrainingFile.Weights(),
        [
            Row("type", \.type, .choice, "The form of the trained weights.", example: "full"),
            Row(
                "only", \.only, .list(of: .text, least: 1),
                "Names of the weights that are trained, with type full; * stands for any text.",
                example: "[audio_*, blocks.*.audio_*]", absence: "all of them"),
            Row("rank", \.rank, .integer(1...4096), "The rank of the update.", example: "16"),
            Row(
                "alpha", \.alpha, .number(.above0), "The update's scale is alpha over rank.",
                example: "16"),
            Row(
                "rslora", \.isRankStabilised, .boolean,
                "Whether the scale is alpha over the root of the rank instead.", example: "true"),
            Row(
                "dropout", \.dropout,
                .number(.init(words: "a number from 0 to below 1", least: 0, most: 0.999_999)),
                "The share of a map's inputs dropped in training; above 0 the first preference "
                    + "loss is not ln 2.", example: "0.05"),
            Row(
                "targets", \.targets, .list(of: .text, least: 1),
                "The maps that get one: a whole name or its end behind a dot, as PEFT matches "
                    + "them; * stands for any text.",
                example: "[self_attn.q, audio_ffn.*]"),
            Row(
                "adapter", \.adapter, .text, "The adapter it begins with, in any form.",
                example: "round-1/adapter", absence: "a new one that changes nothing yet"),
        ])
}

extension TrainingFile.Loss: Tabled {
    static let table = Table(
        TrainingFile.Loss(),
        [
            Row(
                "type", \.type, .choice, "How modalities come together in a preference loss.",
                example: "avdpo_joint"),
            Row(
                "beta", \.beta, .map(of: .number(.above0), keys: "modalities"),
                "The strength of each modality's preference.", example: "{audio: 20, video: 20}"),
            Row(
                "factor", \.factor, .number(.above0),
                "What beta is multiplied by: 0.5 in the released code, 1 in the paper.",
                example: "1"),
            Row(
                "reference", \.reference, .reference,
                "What the policy is compared with: what it begins with, the model without "
                    + "adapter, or the running mean of its own weights.", example: "base"),
            Row(
                "reduction", \.reduction, .choice,
                "How a sample's squared errors become one number.", example: "sum"),
            Row(
                "winner_sft_weight", \.winnerWeight, .number(.atLeast0),
                "The weight of the winner's own flow-matching loss.", example: "1"),
            Row(
                "label_smoothing", \.smoothing,
                .number(.init(words: "a number from 0 to 0.5", least: 0, most: 0.5)),
                "The share of pairs taken to be the wrong way round.", example: "0.1"),
            Row(
                "weights", \.weights, .map(of: .number(.atLeast0), keys: "modalities"),
                "What each modality counts in the flow-matching loss; Ovi's are video 0.85, "
                    + "audio 0.15.", example: "{audio: 0.15, video: 0.85}"),
            Row(
                "low_quality_above", \.lowQualityAbove, .number(.fraction),
                "The time above which low-quality videos count; UniVerse-1's is 0.8.",
                example: "0.8", absence: "they count as others do"),
        ]
    ) { loss, field in
        if loss.type != .perModality, loss.type != .joint {
            field.child("type")?.report("takes avdpo_per_modality or avdpo_joint in a training")
        }
        for (key, names) in [("beta", loss.beta.keys), ("weights", loss.weights.keys)] {
            for name in names.sorted() where name != "audio" && name != "video" {
                field.child(key)?.report(
                    "unknown modality '\(name)'; use audio or video")
            }
        }
    }
}

extension Codec where Value == TrainingFile.Loss.Reference {
    /// `start`, `base` or `ema:0.99`.
    static var reference: Codec {
        let shape = Form.TextShape(
            words: "start, base or ema:DECAY with a decay from 0 to below 1",
            pattern: #"^(start|base|ema:0(\.\d+)?)$"#)
        return Codec(
            form: .text(shape),
            read: { field in
                guard let text = field.text() else { return nil }
                switch text {
                case "start": return .start
                case "base": return .base
                default:
                    guard text.hasPrefix("ema:"), let decay = Double(text.dropFirst(4)),
                        (0..<1).contains(decay)
                    else { return field.reject(shape.words) }
                    return .average(decay: decay)
                }
            },
            write: { reference in
                switch reference {
                case .start: .plain("start")
                case .base: .plain("base")
                case .average(let decay): .plain("ema:\(Quantity.text(decay))")
                }
            })
    }
}

extension TrainingFile.Times: Tabled {
    static let table = Table(
        TrainingFile.Times(),
        [
            Row("density", \.density, .choice, "The density of times.", example: "uniform"),
            Row(
                "mean", \.mean, .number(.any), "The mean behind logit-normal times.",
                example: "0.5"),
            Row(
                "spread", \.spread, .number(.above0), "The spread behind logit-normal times.",
                example: "1"),
            Row(
                "shift", \.shift, .number(.above0),
                "Times become shift t / (1 + (shift - 1) t): towards noise above 1.",
                example: "3"),
            Row(
                "drop_text", \.dropText, .number(.fraction),
                "The share of samples whose text is left out, which guidance needs.",
                example: "0.1"),
        ])
}

extension TrainingFile.Optimiser: Tabled {
    static let table = Table(
        TrainingFile.Optimiser(),
        [
            Row("method", \.method, .choice, "The method.", example: "muon"),
            Row("lr", \.rate, .number(.above0), "AdamW's rate after warm-up.", example: "0.001"),
            Row(
                "matrix_lr", \.matrixRate, .number(.above0),
                "Muon's rate for the matrices of blocks, with the method muon.", example: "0.02"),
            Row(
                "betas", \.betas, .list(of: .number(.fraction), least: 2),
                "The decay of the running means of gradients and of their squares.",
                example: "[0.9, 0.95]"),
            Row(
                "eps", \.eps, .number(.above0), "Added to the root of the squares.",
                example: "1.0e-15"),
            Row(
                "weight_decay", \.weightDecay, .number(.atLeast0),
                "What weights shrink by at each step, times the rate.", example: "0.01"),
            Row(
                "warmup", \.warmup, .integer(0...Int.max),
                "The steps over which the rate rises from 0.", example: "20"),
            Row(
                "decay_from", \.decayFrom, .number(.fraction),
                "Where a cosine fall of the rate begins, as a share of all steps.",
                example: "0.5", absence: "the rate does not fall"),
            Row(
                "floor", \.floor, .number(.fraction),
                "The rate at the end of the fall, as a share of the highest.", example: "0.1"),
            Row(
                "grad_clip", \.clip, .number(.above0),
                "The largest norm of all gradients together.", example: "1",
                absence: "any norm"),
            Row(
                "ema", \.ema,
                .number(.init(words: "a number from 0 to below 1", least: 0, most: 0.999_999_9)),
                "The decay of the averaged weights; 0 keeps none.", example: "0.999"),
            Row(
                "batch", \.batch, .integer(1...100_000), "Clips or pairs in a batch.",
                example: "32"),
            Row(
                "accumulate", \.accumulate, .integer(1...100_000),
                "Batches whose gradients make one step.", example: "4"),
            Row(
                "steps", \.steps, .integer(1...Int.max), "Steps in all.", example: "500",
                absence: "as many as the epochs have"),
            Row(
                "epochs", \.epochs, .integer(1...1_000_000),
                "How often every sample is seen, where steps are not given.", example: "2"),
            Row(
                "precision", \.precision, .choice, "What matrix products round their inputs to.",
                example: "bf16"),
            Row(
                "recompute", \.recomputes, .boolean,
                "Whether blocks run again on the way back instead of being kept: less memory, "
                    + "more time.", example: "true"),
            Row(
                "seed", \.seed, .seed,
                "The number from which order, times, noise and random weights follow.",
                example: "7"),
        ])
}

extension TrainingFile.Checkpoint: Tabled {
    static let table = Table(
        TrainingFile.Checkpoint(),
        [
            Row(
                "every", \.every, .integer(1...Int.max), "Steps between checkpoints.",
                example: "50"),
            Row("keep", \.keep, .integer(1...10_000), "How many of the latest stay.", example: "3"),
        ])
}
