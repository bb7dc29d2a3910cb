/// How often one side wins against another; a tie is half a win.
public struct WinRate: Sendable, Equatable {
    /// Comparisons won.
    public var wins: Int
    /// Comparisons without a winner.
    public var ties: Int
    /// Comparisons lost.
    public var losses: Int

    /// Counts the left side's wins, ties and losses.
    public init(wins: Int, ties: Int = 0, losses: Int) {
        self.wins = max(0, wins)
        self.ties = max(0, ties)
        self.losses = max(0, losses)
    }

    /// Counts votes for the left side.
    public init(_ votes: [Vote]) {
        self.init(
            wins: votes.count { $0 == .left }, ties: votes.count { $0 == .tie },
            losses: votes.count { $0 == .right })
    }

    /// The share of wins in 0...1; nil without comparisons.
    public var rate: Double? {
        let count = wins + ties + losses
        return count == 0 ? nil : (Double(wins) + Double(ties) / 2) / Double(count)
    }

    /// Returns Wilson's score interval of the rate; nil without comparisons.
    ///
    /// With ties it is an approximation, since half wins are not binomial: bootstrap as well.
    /// `confidence` is in 0..<1, such as 0.95; outside it the interval is all of 0...1.
    public func wilson(confidence: Double = 0.95) -> Interval? {
        guard let rate else { return nil }
        guard confidence >= 0, confidence < 1 else { return Interval(lower: 0, upper: 1) }
        let count = Double(wins + ties + losses)
        let z = normalQuantile(1 - (1 - confidence) / 2)
        let scale = 1 + z * z / count
        let centre = (rate + z * z / (2 * count)) / scale
        let variance = rate * (1 - rate) / count + z * z / (4 * count * count)
        let half = z / scale * variance.squareRoot()
        return Interval(
            lower: rate == 0 ? 0 : max(0, centre - half),
            upper: rate == 1 ? 1 : min(1, centre + half))
    }
}
