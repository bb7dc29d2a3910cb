import Campaigns
import Evaluations
public import Rounds

/// What a tracking server is told of a round, worked out from what is durable.
public struct TrackedRound: Sendable {
    /// What is recorded of it.
    public var record: RoundRecord
    /// What its loop is known by beside its name, which another database may have as well.
    public var loop: String
    /// When it was first recorded, in milliseconds since 1970.
    public var createdAt: Int64
    /// When it was decided; nil before.
    public var decidedAt: Int64?
    /// Whether all rounds of its name are decided, and no more are to follow.
    public var isLast = false
    /// When its training ended; nil before.
    public var trainedAt: Int64?
    /// Name and version of the engine that trained it.
    public var engine: String?
    /// What each step of the training was like, by name: step and number.
    public var curve: [(name: String, points: [(step: Int, value: Double)])] = []

    /// The steps of a curve that are told at most; a longer one is told in even strides.
    public static let pointLimit = 1000

    /// Describes a round whose pairs are frozen.
    public init(_ record: RoundRecord, loop: String, createdAt: Int64) {
        (self.record, self.loop, self.createdAt) = (record, loop, createdAt)
    }
}

extension TrackedRun {
    /// Describes a round; nil for one that is not tracked or has no pairs yet.
    ///
    /// What is told of a round that goes on is told of it later as well, so that telling a server
    /// again, or for the first time after it was away, comes to the same.
    public init?(_ round: TrackedRound) {
        let record = round.record
        guard let track = record.round.track, let dataset = record.dataset else { return nil }
        self.init(
            experiment: track.experiment ?? record.name, round: record.label, name: record.label,
            startedAt: round.createdAt, endedAt: record.state.isDecided ? round.decidedAt : nil,
            state: State(record.state))
        parent = Parent(
            name: record.name, loop: round.loop,
            isOver: round.isLast)
        parameters =
            [Text("model", dataset.model)]
            + record.round.settings.map { Text($0.path, $0.value) }
        tags = Self.tags(of: round, dataset)
        datasets = Self.datasets(of: record, dataset)
        // All at one moment: numbers told again must not become other numbers.
        let measuredAt = round.trainedAt ?? round.createdAt
        metrics = round.curve.flatMap { name, points in
            Self.thinned(points).map {
                Metric("train/\(name)", $0.value, timestamp: measuredAt, step: $0.step)
            }
        }
        var counts = [("pairs/trained_on", Double(dataset.train.pairs))]
        counts.append(("pairs/kept_aside", Double(dataset.heldOut?.pairs ?? 0)))
        counts.append(("pairs/ground_truth_winners", Double(dataset.groundTruthWinners)))
        let report = record.evaluation.flatMap { RoundReport(json: $0) }
        let found = record.numbers(report?.comparison).named
        results = (counts + found.map { ($0.name, $0.value) }).map {
            Metric($0, $1, timestamp: measuredAt, step: record.number)
        }
    }

    private static func thinned(
        _ points: [(step: Int, value: Double)]
    ) -> [(step: Int, value: Double)] {
        let stride = (points.count + TrackedRound.pointLimit - 1) / TrackedRound.pointLimit
        guard stride > 1 else { return points }
        return points.enumerated().filter { place, _ in
            place.isMultiple(of: stride) || place == points.count - 1
        }.map { $0.element }
    }

    private static func tags(of round: TrackedRound, _ dataset: FrozenDataset) -> [Text] {
        let record = round.record
        let report = record.training.map { TrainingReport(json: $0) }
        var tags: [(String, String?)] = [
            ("duet.state", record.state.word), ("duet.reason", record.reason),
            ("duet.starts_from", record.start > 0 ? "\(record.name)/\(record.start)" : nil),
            ("duet.campaign", record.campaign), ("duet.ranking", dataset.ranking),
            ("duet.rule", dataset.rule), ("duet.pairs", dataset.train.sha256),
            ("duet.held_out_pairs", dataset.heldOut?.sha256),
            ("duet.texts", dataset.texts?.sha256),
            ("duet.on_policy", dataset.isOnPolicy ? "yes" : "no"),
            ("duet.model", dataset.model), ("duet.model_sha256", report?.hashes?.model),
            ("duet.adapter", record.adapter?.path),
            ("duet.adapter_sha256", record.adapter?.sha256),
            ("duet.engine", round.engine), ("duet.version", report?.version),
            ("mlflow.note.content", note(of: record)),
        ]
        tags += record.exports.map { ("duet.export.\($0.form)", $0.path.isEmpty ? nil : $0.path) }
        tags += record.round.labels.sorted { $0.key < $1.key }.map { ("label.\($0)", $1) }
        return tags.compactMap { key, value in
            value.flatMap { $0.isEmpty ? nil : Text(key, $0) }
        }
    }

    /// What people read beside the run: what became of it, and what each gate found.
    private static func note(of record: RoundRecord) -> String {
        let report = record.evaluation.flatMap { RoundReport(json: $0) }
        let gates = (report?.gates ?? []).map { gate in
            "- \(gate.passed ? "passed" : "failed"): \(gate.sentence)"
        }
        let state = "Round \(record.label) is \(record.state.word)."
        return ([state] + (gates.isEmpty ? [] : [""] + gates)).joined(separator: "\n")
    }

    private static func datasets(of record: RoundRecord, _ dataset: FrozenDataset) -> [Dataset] {
        let source = "\(record.campaign)/\(dataset.ranking)"
        var datasets = [
            Dataset(
                name: "pairs of \(source)", digest: dataset.train.sha256,
                source: dataset.train.path, context: "training")
        ]
        if let heldOut = dataset.heldOut {
            datasets.append(
                Dataset(
                    name: "held-out pairs of \(source)", digest: heldOut.sha256,
                    source: heldOut.path, context: "validation"))
        }
        return datasets
    }
}

extension TrackedRun.State {
    init(_ state: RoundState) {
        self =
            switch state {
            case .waiting, .training, .evaluating: .running
            case .promoted, .held, .rolledBack: .finished
            case .cancelled: .cancelled
            }
    }
}
