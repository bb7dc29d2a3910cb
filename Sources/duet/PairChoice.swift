import ArgumentParser
import Datasets
import Filters

/// Which pairs of a ranking are exported.
struct PairChoice: ParsableArguments {
    /// Whose clip wins.
    enum Winner: String, ExpressibleByArgument, CaseIterable {
        case generated
        case groundTruth = "ground-truth"
    }

    @Option(help: "Only pairs whose margins add up to at least this.")
    var minMargin: Double?

    @Option(help: "Only pairs whose winner is this.")
    var winner: Winner?

    @Option(
        help: ArgumentHelp(
            "Only pairs for which this holds: margin, margins.MODALITY, weight, prompt, "
                + "winner.REWARD, loser.REWARD.", valueName: "expression"))
    var filter: String?

    /// The filters in words that the manifest keeps.
    func filters(for header: ExportHeader) throws -> [PairFilter] {
        var filters: [PairFilter] = []
        if let minMargin { filters.append(.minimumMargin(minMargin)) }
        if let winner { filters.append(.winner(isGroundTruth: winner == .groundTruth)) }
        guard let filter else { return filters }
        let columns = PairColumns(header)
        do throws(FilterError) {
            let parsed = try Filter(parsing: filter, columns: columns.all)
            filters.append(
                PairFilter(text: filter) { row in parsed.matches { columns.value($0, of: row) } })
        } catch { throw Failure.usage("\(error)") }
        return filters
    }
}

/// What a filter may ask of a pair that is exported.
private struct PairColumns: Sendable {
    let modalities: [String: Int]
    let metrics: [String: Int]

    init(_ header: ExportHeader) {
        modalities = places(header.modalities)
        metrics = places(header.metrics.map(\.name))
    }

    var all: [Column] {
        [
            Column("margin", .number(.none)), Column("weight", .number(.none)),
            Column("prompt", .text),
        ]
            + modalities.keys.sorted().map { Column("margins.\($0)", .number(.none)) }
            + metrics.keys.sorted().flatMap { name in
                ["winner", "loser"].map { Column("\($0).\(name)", .number(.none)) }
            }
    }

    func value(_ name: String, of row: PairRow) -> Filter.Value? {
        switch name {
        case "margin": return .number(row.margin)
        case "weight": return .number(row.weight)
        case "prompt": return .text(row.prompt.id)
        default: break
        }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let key = String(name[name.index(after: dot)...])
        switch name[..<dot] {
        case "margins": return modalities[key].map { .number(row.margins[$0]) }
        case "winner": return metrics[key].flatMap { row.winner.scores[$0] }.map { .number($0) }
        case "loser": return metrics[key].flatMap { row.loser.scores[$0] }.map { .number($0) }
        default: return nil
        }
    }
}

private func places(_ names: [String]) -> [String: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
}
