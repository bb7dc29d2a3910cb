extension CampaignDecoder {
    func prompts(_ field: Field?) -> Campaign.Prompts {
        var prompts = Campaign.Prompts(source: "")
        guard let field, var section = Section(field) else { return prompts }
        let source = section.required("source", "source: prompts.csv")
        if let source, let text = source.text() {
            prompts.source = text
            if PromptFormat(path: text) == nil {
                let isParquet = text.lowercased().hasSuffix(".parquet")
                source.report(
                    isParquet
                        ? "parquet is not supported yet; convert it to csv or jsonl"
                        : "expected a file that ends in .csv, .jsonl or .txt, "
                            + "found '\(text.excerpt)'")
            }
        }
        if let columns = section.optional("columns") {
            if PromptFormat(path: prompts.source) == .txt {
                columns.report("a txt file has one prompt per line and no columns; remove it")
            }
            prompts.columns = self.columns(columns)
        }
        prompts.limit = section.optional("limit")?.integer(in: 1...Int.max)
        section.refuse("exclude") { $0.isEmptyList }
        section.refuse("dedupe")
        section.refuseUnknown()
        return prompts
    }

    private func columns(_ field: Field) -> Campaign.Columns {
        var columns = Campaign.Columns()
        guard var section = Section(field) else { return columns }
        columns.id = section.optional("id")?.text()
        columns.text = section.optional("text")?.text() ?? "text"
        columns.referenceVideo = section.optional("reference_video")?.text()
        columns.referenceAudio = section.optional("reference_audio")?.text()
        section.refuseUnknown()
        return columns
    }

    func generate(_ field: Field?, prompts: Campaign.Prompts) -> Campaign.Generate {
        let columns = prompts.columns
        let hasReference = columns.referenceVideo != nil || columns.referenceAudio != nil
        var generate = Campaign.Generate(model: "", includeReference: hasReference)
        guard let field, var section = Section(field) else { return generate }
        generate.model = section.required("model", "model: bouncing-ball@1")?.name() ?? ""
        if let adapter = section.optional("adapter"), let name = adapter.text(), name != "none" {
            adapter.report("adapters are not supported yet; use none, or remove it")
        }
        if let count = section.optional("num_samples") {
            generate.numSamples = count.integer(in: 1...1000) ?? 3
        }
        if let include = section.optional("include_reference"), let value = include.boolean() {
            generate.includeReference = value
            if value, !hasReference {
                include.report(
                    "needs the ground truth's column; name it in prompts.columns.reference_video, "
                        + "or say false")
            }
        }
        if var seeds = section.section("seeds") {
            _ = seeds.optional("policy")?.choice(["derived"], later: ["list", "shared"])
            seeds.refuse("list")
            seeds.refuseUnknown()
        }
        if let params = section.optional("params") {
            for (key, value) in params.entries() ?? [] { generate.params[key] = value.scalar() }
        }
        section.refuse("variants") { $0.isEmptyList }
        section.refuseUnknown()
        return generate
    }
}
