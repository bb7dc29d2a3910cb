/// Decodes the root of a campaign document; each section has a file of its own.
///
/// A field that is wrong is reported and stands in with its default, so that one reading finds
/// every problem; the caller throws what was reported and uses no such campaign.
struct CampaignDecoder {
    let problems: ProblemList

    func decode(_ document: DocumentNode) -> Campaign? {
        guard var root = Section(Field(node: document, path: "", problems: problems)) else {
            return nil
        }
        _ = root.optional("kind")
        let name = root.required("name", "name: my-campaign").flatMap(campaignName) ?? ""
        let prompts = self.prompts(root.required("prompts", "prompts: {source: prompts.csv}"))
        let generate = self.generate(
            root.required("generate", "generate: {model: bouncing-ball@1}"), prompts: prompts)
        let score = self.score(root.required("score", "score: {rewards: [...]}"))
        var campaign = Campaign(
            name: name, prompts: prompts, generate: generate, score: score)
        if let labels = root.optional("labels") { campaign.labels = self.labels(labels) }
        if let priority = root.optional("priority") {
            campaign.priority = priority.integer(in: -1_000_000...1_000_000) ?? 0
        }
        if let weight = root.optional("weight") {
            campaign.weight =
                weight.number("a number above 0, at most 1000000") { $0 > 0 && $0 <= 1e6 } ?? 1
        }
        if let seed = root.optional("seed") { campaign.seed = self.seed(seed) }
        if let rank = root.optional("rank") { campaign.rank = self.rank(rank, score: score) }
        if let resources = root.optional("resources") {
            campaign.resources = self.resources(resources)
        }
        if let retry = root.optional("retry") { campaign.retry = self.retry(retry) }
        if let limits = root.optional("limits") { campaign.limits = self.limits(limits) }
        root.refuse("export") { $0.isEmptyList }
        root.refuse("after") { $0.isEmptyList }
        _ = root.optional("vars")
        root.refuseUnknown()
        return campaign
    }

    private func campaignName(_ field: Field) -> String? {
        guard let name = field.name() else { return nil }
        let isPlain = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
        }
        guard isPlain, name.count <= 63, name.first != ".", name.first != "-" else {
            field.report(
                "expected at most 63 letters, digits, '-', '_' and '.', beginning with a letter "
                    + "or digit, found \(field.node.form)")
            return nil
        }
        return name
    }

    private func labels(_ field: Field) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in field.entries() ?? [] { labels[key] = value.text() }
        return labels
    }

    private func seed(_ field: Field) -> UInt64 {
        guard case .scalar(let text, isPlain: true) = field.node.content, let seed = UInt64(text)
        else {
            return field.reject("a whole number from 0 to \(UInt64.max)") ?? 0
        }
        return seed
    }
}
