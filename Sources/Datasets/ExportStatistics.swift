/// What the card tells of all pairs, gathered as they pass by.
struct ExportStatistics: Sendable {
    var counts = ExportCounts()
    /// The sum of the margins.
    private(set) var margin = Histogram()
    /// Margins by modality.
    private(set) var margins: [Histogram]
    /// Raw scores by metric: of winners and of losers.
    private(set) var scores: [(winners: Histogram, losers: Histogram)]
    private var lastPrompt: String?

    init(_ header: ExportHeader) {
        margins = header.modalities.map { _ in Histogram() }
        scores = header.metrics.map { _ in (Histogram(), Histogram()) }
    }

    /// Counts an exported pair; pairs of one prompt follow one another.
    mutating func add(_ row: PairRow, split: String) {
        counts.pairs += 1
        counts.bySplit[split, default: 0] += 1
        if row.prompt.id != lastPrompt { counts.prompts += 1 }
        lastPrompt = row.prompt.id
        if row.winner.isGroundTruth { counts.groundTruthWinners += 1 }
        margin.add(row.margin)
        for index in margins.indices { margins[index].add(row.margins[index]) }
        for index in scores.indices {
            if let score = row.winner.scores[index] { scores[index].winners.add(score) }
            if let score = row.loser.scores[index] { scores[index].losers.add(score) }
        }
    }
}
