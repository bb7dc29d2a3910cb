extension Campaign.Seeds: Tabled {
    static let table = Table(
        Campaign.Seeds(),
        [
            Row(
                "policy", \.policy, .choice, "Where the candidates' seeds come from.",
                example: "derived"),
            Row(
                "list", \.list, .list(of: .seed),
                "One seed for each of a prompt's candidates; with the policy list.",
                example: "[1, 2, 3]", later: true),
        ]
    ) { seeds, field in
        if seeds.policy == .list {
            if seeds.list.isEmpty, field.child("list") == nil {
                field.problems.report(
                    field.node.place, field.path(of: "list"),
                    "is missing; list one seed for each candidate, for example list: [1, 2, 3]")
            }
        } else if !seeds.list.isEmpty {
            field.child("list")?.report("is for the policy list; remove it, or say policy: list")
        }
    }
}

extension Campaign.Variant: Tabled {
    static let table = Table(
        Campaign.Variant(),
        [
            Row(
                "weight", \.weight, .number(.above0),
                "Its share of the candidates, relative to the other variants'.", example: "0.5"),
            Row(
                "params", \.params, .map(of: .scalar, keys: "the model's settings"),
                "What it tells the model in place of, or besides, generate.params.",
                example: "{cfg: 7}"),
        ])
}

extension Campaign.Generate: Tabled {
    static let table = Table(
        Campaign.Generate(model: ""),
        [
            Row(
                "model", \.model, .name, "The generator, as a worker's engine names it.",
                example: "bouncing-ball@1", required: true, starter: "bouncing-ball@1"),
            Row(
                "adapter", \.adapter, .text,
                "The LoRA adapter over the model: none, round:NAME/NUMBER, or a path.",
                example: "round:avdpo/3"),
            Row(
                "num_samples", \.numSamples, .integer(1...1000),
                "How many candidates to generate for each prompt.", example: "5", starter: "3"),
            Row(
                "include_reference", \.includeReference, .boolean,
                "Whether the ground truth competes among the candidates.", example: "true",
                absence: "true when prompts.columns names the ground truth, otherwise false"),
            Row(
                "seeds", \.seeds, .section, "Where the candidates' seeds come from.",
                example: "{policy: derived}"),
            Row(
                "params", \.params, .map(of: .scalar, keys: "the model's settings"),
                "What to tell the model, passed on as it is.",
                example: "{steps: 50, cfg: 5.0, frames: 81}"),
            Row(
                "variants", \.variants, .list(of: .section),
                "Settings among which a prompt's candidates are divided.",
                example: "[{weight: 0.5, params: {cfg: 7}}, {weight: 0.5}]", later: true),
        ]
    ) { generate, field in
        let seeds = generate.seeds
        guard seeds.policy == .list, !seeds.list.isEmpty, seeds.list.count < generate.numSamples
        else { return }
        field.child("seeds")?.child("list")?.report(
            "lists \(seeds.list.count) seeds for \(generate.numSamples) candidates; "
                + "list at least as many as num_samples")
    }
}
