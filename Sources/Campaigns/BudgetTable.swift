extension Campaign.Request: Tabled {
    static let table = Table(
        Campaign.Request(),
        [
            Row(
                "cpus", \.cpus,
                .number(
                    .init(
                        words: "a multiple of 0.001 from 0 to 100000", least: 0, most: 100_000,
                        step: 0.001)),
                "Cores; fractions down to 0.001.", example: "4"),
            Row(
                "memory", \.memory, .size, "Memory; 0B asks for none in particular.",
                example: "16GiB"),
            Row(
                "gpus", \.gpus,
                .number(
                    .init(
                        words: "a multiple of 0.001 up to 1, or a whole number", least: 0,
                        most: 1024, step: 0.001)
                ) { $0 <= 1 || $0 == $0.rounded() },
                "GPUs: a fraction of one, or whole ones.", example: "0.25"),
            Row(
                "gpu_memory", \.gpuMemory, .size,
                "Memory on each GPU; 0B asks for none in particular.", example: "40GiB"),
            Row(
                "timeout", \.timeoutMilliseconds, .duration(least: 1),
                "How long one attempt may take.", example: "20m"),
            Row(
                "named", \.named,
                .map(
                    of: .number(
                        .init(
                            words: "a multiple of 0.001 from 0 to 1000000000", least: 0, most: 1e9,
                            step: 0.001)), keys: "names that workers were started with"),
                "Amounts of whatever else the workers were given names for.",
                example: "{licence: 1}"),
        ]
    ) { request, _ in
        // None of a resource and no word of it are the same need.
        request.named = request.named.filter { $0.value > 0 }
    }
}

extension Campaign.Resources: Tabled {
    static let table = Table(
        Campaign.Resources(),
        [
            Row(
                "ingest", \.ingest, .section, "What taking in one ground truth needs.",
                example: "{cpus: 1, timeout: 5m}"),
            Row(
                "generate", \.generate, .section, "What generating one candidate needs.",
                example: "{gpus: 1, gpu_memory: 40GiB, timeout: 20m}",
                starter: "{cpus: 1, timeout: 20m}"),
            Row(
                "score", \.score, .section, "What scoring one candidate needs.",
                example: "{gpus: 0.25, timeout: 5m}", starter: "{cpus: 1, timeout: 5m}"),
            Row(
                "rank", \.rank, .section, "What ranking needs; the coordinator does it itself.",
                example: "{timeout: 1h}"),
            Row(
                "where", \.labels, .labelRules,
                "The labels a worker must have: a value, or 'LABEL in: [VALUE, ...]'.",
                example: "{gpu.model in: [H100, A100], zone: east}"),
        ])
}

extension Codec where Value == [String: [String]] {
    /// Rules over labels: `zone: east`, `gpu.model in: [A, B]` or `gpu.model: {in: [A, B]}`.
    static var labelRules: Codec {
        Codec(
            form: .map(
                .either(
                    [.scalar, .list(.scalar, least: 1), .section(LabelValues.table.fields)],
                    words: "one value, or of 'LABEL in' to a list of values"),
                keys: "labels"),
            read: readRules,
            write: { rules in
                DocumentNode(
                    .mapping(
                        rules.sorted { $0.key < $1.key }.map { key, values in
                            values.count == 1
                                ? .init(key, .text(values[0]))
                                : .init(
                                    "\(key) in",
                                    DocumentNode(.sequence(values.map { .text($0) })))
                        }))
            })
    }

    @Sendable private static func readRules(_ field: Field) -> [String: [String]]? {
        guard let entries = field.entries() else { return nil }
        var rules: [String: [String]] = [:]
        for (key, value) in entries {
            var label = key
            if key.hasSuffix(" in") {
                label = String(key.dropLast(3))
                rules[label] = listed(value)
            } else if case .mapping = value.node.content {
                rules[label] = LabelValues.table.read(value).flatMap { $0.allowed }
            } else if case .scalar = value.node.content, !value.node.isEmpty {
                rules[label] = value.text().map { [$0] }
            } else {
                value.report(
                    "expected one value, found \(value.node.form); for several write "
                        + "'\(label) in: [VALUE, ...]'")
            }
            if entries.contains(where: { $0.key == label }), label != key {
                value.report("label '\(label)' has a rule already; keep one")
            }
        }
        return rules
    }

    private static func listed(_ field: Field) -> [String]? {
        guard let items = field.items() else { return nil }
        guard !items.isEmpty else {
            field.report("allows no value at all; list at least one")
            return nil
        }
        return Set(items.compactMap { $0.text() }).sorted()
    }

    /// The mapping form of a rule, `{in: [A, B]}`.
    fileprivate struct LabelValues: Tabled {
        var allowed: [String]?

        static let table = Table(
            LabelValues(),
            [
                Row(
                    "in", \.allowed,
                    Codec<[String]>(
                        form: .list(.scalar, least: 1), read: { listed($0) },
                        write: { DocumentNode(.sequence($0.map { .text($0) })) }),
                    "The values of which the label must have one.", example: "[A100, H100]",
                    absence: "needed in this form of the rule")
            ]
        ) { values, field in
            if values.allowed == nil, field.node["in"] == nil {
                field.problems.report(
                    field.node.place, field.path(of: "in"),
                    "is missing; add it, for example in: [A100, H100]")
            }
        }
    }
}

extension Campaign.Retry: Tabled {
    static let table = Table(
        Campaign.Retry(),
        [
            Row(
                "max", \.max, .integer(0...100),
                "How many attempts may follow a failed first one.", example: "3"),
            Row(
                "backoff", \.backoffMilliseconds, .duration(least: 0),
                "The wait before the first of them; it doubles each time.", example: "10s"),
            Row(
                "crash_limit", \.crashLimit, .integer(1...100),
                "How many workers a task may lose before it fails; counted apart from retries.",
                example: "3"),
        ])
}

extension Campaign.Limits: Tabled {
    static let table = Table(
        Campaign.Limits(),
        [
            Row(
                "max_running", \.maxRunning, .integer(1...Int.max),
                "The most tasks that run at once.", example: "64",
                absence: "as many as there is room for"),
            Row(
                "max_failed", \.maxFailed, .budget,
                "How many tasks may fail before the campaign gives up: a count, or a percentage.",
                example: "1%", absence: "it never gives up", starter: "10%"),
            Row(
                "max_disk", \.maxDisk, .size, "The most disk its media may take.",
                example: "2TiB", absence: "as much as there is", later: true),
        ])
}

extension Codec where Value == Campaign.FailureBudget {
    static var budget: Codec {
        Codec(
            form: .budget,
            read: { field in
                guard let text = field.text() else { return nil }
                let budget = Campaign.FailureBudget(text)
                if budget == nil {
                    field.report("expected \(Form.budget.words), found \(field.node.form)")
                }
                return budget
            },
            write: { budget in
                switch budget {
                case .count(let count): .plain("\(count)")
                case .percent(let percent): .plain(Quantity.text(percent) + "%")
                }
            })
    }
}
