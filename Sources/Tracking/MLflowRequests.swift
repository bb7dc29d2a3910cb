/// Bodies of MLflow's requests, within its limits.
///
/// Source: mlflow.org, REST API 2.0, and mlflow 3.17's `utils/validation.py`.
enum MLflow {
    /// What goes into one `runs/log-batch`.
    struct Batch: Encodable, Equatable {
        var runID: String
        var metrics: [TrackedRun.Metric] = []
        var params: [TrackedRun.Text] = []
        var tags: [TrackedRun.Text] = []

        enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case metrics, params, tags
        }
    }

    struct NewRun: Encodable {
        var experiment: String
        var name: String
        var startTime: Int64
        var tags: [TrackedRun.Text]

        enum CodingKeys: String, CodingKey {
            case experiment = "experiment_id"
            case name = "run_name"
            case startTime = "start_time"
            case tags
        }
    }

    struct Update: Encodable {
        var runID: String
        var status: String
        var endTime: Int64?

        enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case status
            case endTime = "end_time"
        }
    }

    struct Search: Encodable {
        var experiments: [String]
        var filter: String
        var most = 1

        enum CodingKeys: String, CodingKey {
            case experiments = "experiment_ids"
            case filter
            case most = "max_results"
        }
    }

    struct Inputs: Encodable, Equatable {
        struct Input: Encodable, Equatable {
            var tags: [TrackedRun.Text]
            var dataset: Dataset
        }

        struct Dataset: Encodable, Equatable {
            var name, digest, source: String
            var sourceType = "duet"

            enum CodingKeys: String, CodingKey {
                case name, digest, source
                case sourceType = "source_type"
            }
        }

        var runID: String
        var datasets: [Input]

        enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case datasets
        }
    }

    /// The tags by which a round's run is found again.
    static let roundTag = "duet.round"
    static let loopTag = "duet.loop"
    static let parentTag = "mlflow.parentRunId"

    /// Returns a run's numbers and texts as batches of at most 1000 metrics or 100 texts.
    ///
    /// A batch of texts holds at most 900 kB of them, because a request may hold 1 MB.
    static func batches(_ run: TrackedRun, id: String) -> [Batch] {
        let metrics = sendable(run.metrics + run.results)
        let params = run.parameters.map {
            TrackedRun.Text(key($0.key), shortened($0.value, to: 6000))
        }
        return parts(params, most: 100).map { Batch(runID: id, params: $0) }
            + parts(tags(run), most: 100).map { Batch(runID: id, tags: $0) }
            + batches(of: metrics, id: id)
    }

    /// What the run of all rounds of a name is told of one of them.
    static func batchesOfParent(_ run: TrackedRun, id: String) -> [Batch] {
        batches(of: sendable(run.results), id: id)
    }

    private static func batches(of metrics: [TrackedRun.Metric], id: String) -> [Batch] {
        stride(from: 0, to: metrics.count, by: 1000).map {
            Batch(runID: id, metrics: Array(metrics[$0..<min($0 + 1000, metrics.count)]))
        }
    }

    private static func sendable(_ metrics: [TrackedRun.Metric]) -> [TrackedRun.Metric] {
        metrics.filter(\.value.isFinite).map { metric in
            var metric = metric
            metric.key = key(metric.key)
            return metric
        }
    }

    /// The tags by which a round's run is found, or that of all rounds of its name.
    static func identity(_ round: String, loop: String?) -> [TrackedRun.Text] {
        [TrackedRun.Text(roundTag, round)] + (loop.map { [TrackedRun.Text(loopTag, $0)] } ?? [])
    }

    /// A run's tags, with those by which it is found.
    static func tags(_ run: TrackedRun) -> [TrackedRun.Text] {
        identity(run.round, loop: run.parent?.loop)
            + run.tags.map { TrackedRun.Text(key($0.key), shortened($0.value, to: 5000)) }
    }

    /// Returns what a run was trained and judged on.
    static func inputs(_ run: TrackedRun, id: String) -> Inputs {
        Inputs(
            runID: id,
            datasets: run.datasets.map { data in
                Inputs.Input(
                    tags: [TrackedRun.Text("mlflow.data.context", data.context)],
                    dataset: Inputs.Dataset(
                        name: shortened(data.name, to: 500),
                        digest: String(data.digest.prefix(36)), source: data.source))
            })
    }

    /// Returns the search for the run with some tags.
    static func search(_ tags: [TrackedRun.Text], in experiment: String) -> Search {
        let filter = tags.map { tag in
            let quoted = tag.value.contains("'") ? "\"\(tag.value)\"" : "'\(tag.value)'"
            return "tags.`\(tag.key)` = \(quoted)"
        }
        return Search(experiments: [experiment], filter: filter.joined(separator: " and "))
    }

    private static func parts(
        _ texts: [TrackedRun.Text], most: Int, bytes: Int = 900_000
    ) -> [[TrackedRun.Text]] {
        var parts: [[TrackedRun.Text]] = []
        var size = 0
        for text in texts {
            // Escapes at most double what is written, but for control characters nobody writes.
            let length = 2 * (text.key.utf8.count + text.value.utf8.count) + 30
            if parts.isEmpty || parts[parts.count - 1].count == most || size + length > bytes {
                parts.append([])
                size = 0
            }
            parts[parts.count - 1].append(text)
            size += length
        }
        return parts
    }

    /// Letters, digits and `_-. :/` are all that a name may hold.
    private static func key(_ name: String) -> String {
        let marks: Set<Character> = ["_", "-", ".", " ", ":", "/"]
        return String(
            name.prefix(250).map {
                $0.isASCII && ($0.isLetter || $0.isNumber) || marks.contains($0) ? $0 : "_"
            })
    }

    private static func shortened(_ text: String, to most: Int) -> String {
        text.count <= most ? text : text.prefix(most - 1) + "…"
    }
}
