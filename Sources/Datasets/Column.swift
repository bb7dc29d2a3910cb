import Artifacts
import Crypto

/// One plain value of a pair, by name: the same columns stand in every format.
struct Column: Sendable {
    /// The type of a column's values.
    enum Kind: Sendable {
        case text
        case real
        case integer
    }

    /// A value of a column.
    enum Value: Hashable, Sendable {
        case null
        case text(String)
        case real(Double)
        case integer(Int64)
    }

    let name: String
    let kind: Kind
    /// What it holds, for a person who reads the card.
    let meaning: String
    let value: @Sendable (PairRow) -> Value
}

extension Column.Value {
    var json: JSON {
        switch self {
        case .null: .null
        case .text(let value): .text(value)
        case .real(let value): .number(value)
        case .integer(let value): .integer(value)
        }
    }

    static func text(_ value: String?) -> Self { value.map { .text($0) } ?? .null }
    static func real(_ value: Double?) -> Self { value.map { .real($0) } ?? .null }
    static func integer(_ value: Int?) -> Self { value.map { .integer(Int64($0)) } ?? .null }
}

/// Winner or loser.
enum Side: CaseIterable, Sendable {
    case winner
    case loser

    /// The word that the tools which open exports use.
    var name: String { self == .winner ? "chosen" : "rejected" }

    func clip(_ row: PairRow) -> Clip { self == .winner ? row.winner : row.loser }
}

extension Column {
    /// Returns every plain column of an export, in the order in which all formats keep them.
    static func all(of header: ExportHeader) -> [Column] {
        origin(of: header)
            + Side.allCases.flatMap { clip($0, of: header) }
            + margins(of: header)
    }

    private static func origin(of header: ExportHeader) -> [Column] {
        [
            Column("pair_id", .text, "the pair") { .text($0.id) },
            Column("prompt_id", .text, "the prompt's key") { .text($0.prompt.id) },
            Column("prompt", .text, "the prompt") { .text($0.prompt.text) },
            Column("prompt_sha256", .text, "SHA-256 of the prompt's text") {
                .text(FileHash.hex(SHA256.hash(data: Array($0.prompt.text.utf8))))
            },
            Column("campaign", .text, "the campaign") { _ in .text(header.campaign) },
            Column("ranking", .text, "the ranking") { _ in .text(header.ranking) },
            Column("rule_hash", .text, "hash of the ranking rule") { _ in .text(header.ruleHash) },
            Column("round", .integer, "the training round") { .integer($0.round) },
        ]
    }

    private static func clip(_ side: Side, of header: ExportHeader) -> [Column] {
        let name = side.name
        var columns = [
            Column("\(name)_candidate_id", .text, "the \(name) candidate") {
                .text(side.clip($0).id)
            },
            Column("\(name)_source", .text, "ground-truth or generated") {
                .text(side.clip($0).isGroundTruth ? "ground-truth" : "generated")
            },
            // As text: readers make a signed or even a floating number of a number.
            Column("\(name)_seed", .text, "the seed it was generated with") {
                .text(side.clip($0).seed.map { "\($0)" })
            },
            Column("\(name)_model_hash", .text, "hash or version of the generator") {
                .text(side.clip($0).modelHash)
            },
            Column("\(name)_adapter_hash", .text, "hash of the adapter") {
                .text(side.clip($0).adapterHash)
            },
        ]
        for medium in header.media {
            columns.append(
                Column("\(name)_\(medium.kind)_sha256", .text, "SHA-256 of its \(medium.kind)") {
                    row in
                    .text(side.clip(row).media.first { $0.role == medium.role }?.sha256)
                })
        }
        for (index, metric) in header.metrics.enumerated() {
            columns.append(
                Column("\(name)_\(metric.name)", .real, "raw score (\(metric.rewardVersion))") {
                    .real(side.clip($0).scores[index])
                })
            guard !metric.isHeldOut else { continue }
            columns.append(
                Column("\(name)_\(metric.name)_normalised", .real, "normalised score") {
                    .real(side.clip($0).normalised[index])
                })
        }
        for (index, modality) in header.modalities.enumerated() {
            columns.append(
                Column("\(name)_total_\(modality)", .real, "its total in \(modality)") {
                    .real(side.clip($0).totals[index])
                })
        }
        return columns
    }

    private static func margins(of header: ExportHeader) -> [Column] {
        header.modalities.enumerated().map { index, modality in
            Column("margin_\(modality)", .real, "chosen minus rejected in \(modality)") {
                .real($0.margins[index])
            }
        }
            + header.metrics.map { metric in
                Column("\(metric.name)_version", .text, "the reward model of \(metric.name)") { _ in
                    .text(metric.rewardVersion)
                }
            } + [
                Column("margin", .real, "the sum of the margins") { .real($0.margin) },
                Column("weight", .real, "what the loss is multiplied by") { .real($0.weight) },
            ]
    }

    private init(
        _ name: String, _ kind: Kind, _ meaning: String,
        value: @escaping @Sendable (PairRow) -> Value
    ) {
        self.init(name: name, kind: kind, meaning: meaning, value: value)
    }
}

extension [Column] {
    /// All values of a pair as one JSON object.
    func json(of row: PairRow) -> String { JSON.object(members(of: row)).encoded() }

    /// All values of a pair by name, as JSON.
    ///
    /// A text that is not there is empty: readers that guess types from the first pairs would
    /// otherwise guess wrong, and fail at the first text.
    func members(of row: PairRow) -> [(name: String, value: JSON)] {
        map { column in
            switch (column.kind, column.value(row)) {
            case (.text, .null): (name: column.name, value: .text(""))
            case (_, let value): (name: column.name, value: value.json)
            }
        }
    }
}
