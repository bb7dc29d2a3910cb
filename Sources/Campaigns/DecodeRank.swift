extension CampaignDecoder {
    func rank(_ field: Field, score: Campaign.Score) -> Campaign.Rank {
        var rank = Campaign.Rank()
        guard var section = Section(field) else { return rank }
        if let normalize = section.optional("normalize") {
            rank.normalize = self.normalize(normalize)
        }
        _ = section.optional("aggregate")?.choice(
            ["modality-micro"],
            later: [
                "modality-macro", "modality-mean", "average-micro", "average-macro", "weighted",
            ])
        _ = section.optional("select")?.choice(
            ["dominance-max-margin"],
            later: [
                "best-worst", "best-random", "top-bottom-k", "best-sigma", "all-dominating",
                "reference-vs-generated",
            ])
        if let count = section.optional("pairs_per_prompt") {
            rank.pairsPerPrompt = count.integer(in: 1...1000) ?? 1
        }
        if var tie = section.section("tie") {
            rank.tieEpsilon =
                tie.optional("epsilon")?.number("a number of at least 0") { $0 >= 0 } ?? 0
            _ = tie.optional("action")?.choice(["drop"])
            tie.refuseUnknown()
        }
        if let margins = section.optional("min_margin") {
            rank.minMargin = minMargin(margins, score: score)
        }
        section.refuse("guards") { $0.isEmptyList }
        section.refuse("weighting") { field in
            guard case .mapping(let entries) = field.node.content, entries.count == 1 else {
                return false
            }
            return entries[0].key == "method"
                && entries[0].value.content == .scalar("none", isPlain: true)
        }
        section.refuseUnknown()
        return rank
    }

    private func normalize(_ field: Field) -> Campaign.Normalize {
        var normalize = Campaign.Normalize()
        guard var section = Section(field) else { return normalize }
        let method = section.optional("method")?.choice(
            ["zscore", "none"],
            later: ["minmax", "min-max", "rank", "quantile", "quantile-normal", "robust"])
        if let method { normalize.method = Campaign.Normalize.Method(rawValue: method) ?? .zscore }
        _ = section.optional("scope")?.choice(["campaign"], later: ["prompt"])
        if let ddof = section.optional("ddof") { normalize.ddof = ddof.integer(in: 0...1) ?? 1 }
        if let include = section.optional("include_reference") {
            normalize.includeReference = include.boolean() ?? true
        }
        section.refuseUnknown()
        return normalize
    }

    private func minMargin(_ field: Field, score: Campaign.Score) -> [String: Double] {
        let modalities = score.rewards.filter { $0.role == .ranked }.compactMap(\.modality)
        let known = ["total"] + modalities
        var margins: [String: Double] = [:]
        for (key, value) in field.entries() ?? [] {
            guard known.contains(key) else {
                let advice = hint(for: key, among: Array(Set(known)))
                value.report("no ranked reward has this modality; \(advice)")
                continue
            }
            let margin = value.number("a number of at least 0") { $0 >= 0 } ?? 0
            // No minimum and a minimum of 0 are the same rule and must have the same hash.
            if margin > 0 { margins[key] = margin }
        }
        return margins
    }
}
