extension CampaignDecoder {
    func resources(_ field: Field) -> Campaign.Resources {
        var resources = Campaign.Resources()
        guard var section = Section(field) else { return resources }
        if let ingest = section.optional("ingest") { resources.ingest = request(ingest) }
        if let generate = section.optional("generate") { resources.generate = request(generate) }
        if let score = section.optional("score") { resources.score = request(score) }
        if let rank = section.optional("rank") { resources.rank = request(rank) }
        if let labels = section.optional("where") {
            for (key, value) in labels.entries() ?? [] {
                resources.labels[key] = labelValues(value)
            }
        }
        section.refuseUnknown()
        return resources
    }

    private func request(_ field: Field) -> Campaign.Request {
        var request = Campaign.Request()
        guard var section = Section(field) else { return request }
        request.cpus =
            section.optional("cpus")?.number("a multiple of 0.001 from 0 to 100000") {
                (0...100_000).contains($0) && isInThousandths($0)
            } ?? 1
        request.memory = section.optional("memory")?.bytes() ?? 0
        request.gpus =
            section.optional("gpus")?.number("a multiple of 0.001 up to 1, or a whole number") {
                (0...1).contains($0)
                    ? isInThousandths($0) : (1...1024).contains($0) && $0 == $0.rounded()
            } ?? 0
        request.gpuMemory = section.optional("gpu_memory")?.bytes() ?? 0
        if let timeout = section.optional("timeout") {
            request.timeoutMilliseconds = timeout.milliseconds(least: 1) ?? 1
        }
        if let named = section.optional("named") {
            for (key, value) in named.entries() ?? [] {
                let amount = value.number("a multiple of 0.001 from 0 to 1000000000") {
                    (0...1e9).contains($0) && isInThousandths($0)
                }
                if let amount, amount > 0 { request.named[key] = amount }
            }
        }
        section.refuseUnknown()
        return request
    }

    /// Fractions finer than this could not be added and taken away without rounding.
    private func isInThousandths(_ amount: Double) -> Bool {
        ((amount * 1000).rounded() / 1000) == amount
    }

    private func labelValues(_ field: Field) -> [String]? {
        guard case .mapping = field.node.content else {
            guard case .scalar = field.node.content, !field.node.isEmpty else {
                return field.reject("a value, or {in: [value, ...]}")
            }
            return field.text().map { [$0] }
        }
        guard var section = Section(field) else { return nil }
        let list = section.required("in", "in: [A100, H100]")
        section.refuseUnknown()
        guard let list, let items = list.items() else { return nil }
        guard !items.isEmpty else {
            list.report("allows no value at all; list at least one")
            return nil
        }
        return Set(items.compactMap { $0.text() }).sorted()
    }

    func retry(_ field: Field) -> Campaign.Retry {
        var retry = Campaign.Retry()
        guard var section = Section(field) else { return retry }
        if let max = section.optional("max") { retry.max = max.integer(in: 0...100) ?? 0 }
        if let backoff = section.optional("backoff") {
            retry.backoffMilliseconds = backoff.milliseconds(least: 0) ?? 0
        }
        if let limit = section.optional("crash_limit") {
            retry.crashLimit = limit.integer(in: 1...100) ?? 1
        }
        section.refuseUnknown()
        return retry
    }

    func limits(_ field: Field) -> Campaign.Limits {
        var limits = Campaign.Limits()
        guard var section = Section(field) else { return limits }
        limits.maxRunning = section.optional("max_running")?.integer(in: 1...Int.max)
        if let failed = section.optional("max_failed"), let text = failed.text() {
            limits.maxFailed = Campaign.FailureBudget(text)
            if limits.maxFailed == nil {
                let expected = "a count such as 100 or a percentage such as 1%"
                failed.report("expected \(expected), found \(failed.node.form)")
            }
        }
        section.refuse("max_disk")
        section.refuseUnknown()
        return limits
    }
}
