extension Reward: Tabled {
    static let table = Table(
        Reward(name: "", scorer: "", output: "", modality: nil),
        [
            Row(
                "name", \.name, .name, "The dimension's name, unique in the campaign.",
                example: "audio_quality", required: true),
            Row(
                "scorer", \.scorer, .name,
                "The scorer, as a worker's engine names it; rewards of one scorer share its tasks.",
                example: "audiobox", required: true),
            Row(
                "output", \.output, .name, "Which of the scorer's outputs.", example: "mean",
                required: true),
            Row(
                "modality", \.modality, .name,
                "The modality it counts towards, such as audio, video or audio_video.",
                example: "audio", absence: "only a held-out reward may leave it out"),
            Row(
                "goal", \.goal, .choice, "Whether larger or smaller scores are better.",
                example: "minimize"),
            Row("role", \.role, .choice, "What the reward is for.", example: "held_out"),
            Row(
                "share", \.isShare, .boolean,
                "Whether its scores are shares from 0 to 1, so that policies are also compared by "
                    + "their mean.",
                example: "true"),
        ]
    ) { reward, field in
        if reward.role == .ranked, reward.modality == nil, field.node["modality"] == nil {
            field.problems.report(
                field.node.place, field.path(of: "modality"),
                "is missing; add it, for example modality: audio")
        }
        if reward.modality == "total" {
            field.child("modality")?.report(
                "'total' means the sum of all modalities; choose another name")
        }
    }
}

extension Campaign.Score: Tabled {
    static let table = Table(
        Campaign.Score(rewards: []),
        [
            Row(
                "rewards", \.rewards, .list(of: .section),
                "What is measured; every reward is one output of a scorer.",
                example: "[{name: clarity, scorer: ears, output: clarity, modality: audio}]",
                required: true,
                starter: """
                    - {name: loudness, scorer: example-audio, output: loudness, modality: audio}
                    - {name: sharpness, scorer: example-video, output: sharpness, modality: video}
                    - {name: offset, scorer: example-sync, output: offset, modality: audio_video, \
                    goal: minimize}
                    """),
            Row(
                "batch", \.batch, .integer(1...1024),
                "Most candidates that a scorer which takes several is handed at once.",
                example: "8",
                absence: "as many as it takes"),
            Row(
                "on_missing", \.onMissing, .choice,
                "What a missing score does; it is never replaced by a number.",
                example: "drop-candidate"),
        ],
        check: checkRewards)

    private static func checkRewards(_ score: inout Campaign.Score, _ field: Field) {
        guard let list = field.child("rewards"), case .sequence(let nodes) = list.node.content
        else { return }
        let rewards = score.rewards
        if nodes.isEmpty || !rewards.isEmpty, !rewards.contains(where: { $0.role == .ranked }) {
            list.report("has no reward to rank by; add one whose role is ranked")
        }
        // Items that are no mappings were reported and are not among the rewards.
        guard rewards.count == nodes.count, let items = list.items() else { return }
        for (index, reward) in rewards.enumerated() {
            let earlier = rewards[..<index]
            if !reward.name.isEmpty, earlier.contains(where: { $0.name == reward.name }) {
                items[index].child("name")?.report(
                    "'\(reward.name)' is taken by an earlier reward; choose another name")
            }
            if !reward.output.isEmpty,
                let twin = earlier.first(where: {
                    $0.scorer == reward.scorer && $0.output == reward.output
                })
            {
                items[index].child("output")?.report(
                    "'\(reward.output)' of '\(reward.scorer)' is reward '\(twin.name)' already; "
                        + "use each output once")
            }
        }
    }
}
