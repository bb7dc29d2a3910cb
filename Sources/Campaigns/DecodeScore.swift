extension CampaignDecoder {
    func score(_ field: Field?) -> Campaign.Score {
        var score = Campaign.Score(rewards: [])
        guard let field, var section = Section(field) else { return score }
        let rewards = section.required(
            "rewards", "rewards: [{name: clarity, scorer: s, output: o, modality: audio}]")
        if let rewards, let items = rewards.items() {
            for item in items {
                if let reward = reward(item, after: score.rewards) { score.rewards.append(reward) }
            }
            if items.isEmpty || !score.rewards.isEmpty,
                !score.rewards.contains(where: { $0.role == .ranked })
            {
                rewards.report("has no reward to rank by; add one whose role is ranked")
            }
        }
        section.refuse("batch") { $0.node.content == .scalar("1", isPlain: true) }
        _ = section.optional("on_missing")?.choice(
            ["drop-candidate"], later: ["drop-prompt", "fail"])
        section.refuseUnknown()
        return score
    }

    private func reward(_ field: Field, after earlier: [Reward]) -> Reward? {
        guard var section = Section(field) else { return nil }
        var reward = Reward(name: "", scorer: "", output: "", modality: nil)
        let name = section.required("name", "name: audio_quality")
        reward.name = name?.name() ?? ""
        reward.scorer = section.required("scorer", "scorer: audiobox")?.name() ?? ""
        let output = section.required("output", "output: mean")
        reward.output = output?.name() ?? ""
        if let goal = section.optional("goal")?.choice(Reward.Goal.allCases.map(\.rawValue)) {
            reward.goal = Reward.Goal(rawValue: goal) ?? .maximize
        }
        if let role = section.optional("role")?.choice(Reward.Role.allCases.map(\.rawValue)) {
            reward.role = Reward.Role(rawValue: role) ?? .ranked
        }
        let modality =
            reward.role == .ranked
            ? section.required("modality", "modality: audio") : section.optional("modality")
        reward.modality = modality?.name()
        if reward.modality == "total" {
            modality?.report("'total' means the sum of all modalities; choose another name")
        }
        section.refuseUnknown()
        if let name, !reward.name.isEmpty, earlier.contains(where: { $0.name == reward.name }) {
            name.report("'\(reward.name)' is taken by an earlier reward; choose another name")
        }
        if let output, !reward.output.isEmpty,
            let twin = earlier.first(where: {
                $0.scorer == reward.scorer && $0.output == reward.output
            })
        {
            output.report(
                "'\(reward.output)' of '\(reward.scorer)' is reward '\(twin.name)' already; "
                    + "use each output once")
        }
        return reward
    }
}
