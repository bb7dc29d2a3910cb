extension Answers {
    /// A pair in a listing.
    public struct Pair: Codable, Hashable, Sendable {
        /// Its place in the ranking, by which pages go on.
        public var id: Int64
        /// The prompt's key.
        public var prompt: String
        /// The winner's task.
        public var winner: Int64
        /// The loser's task.
        public var loser: Int64
        /// The winner's place within its prompt; -1 for the ground truth.
        public var winnerOrdinal: Int32
        /// The loser's place within its prompt; -1 for the ground truth.
        public var loserOrdinal: Int32
        /// The sum of the margins.
        public var margin: Double
        /// Margin by modality.
        public var margins: [String: Double]
        /// The winner's first file; nil when its engine made none.
        public var winnerPath: String?
        /// The loser's first file.
        public var loserPath: String?

        /// Makes one.
        public init(
            id: Int64, prompt: String, winner: Int64, loser: Int64, winnerOrdinal: Int32,
            loserOrdinal: Int32, margin: Double, margins: [String: Double], winnerPath: String?,
            loserPath: String?
        ) {
            self.id = id
            self.prompt = prompt
            self.winner = winner
            self.loser = loser
            self.winnerOrdinal = winnerOrdinal
            self.loserOrdinal = loserOrdinal
            self.margin = margin
            self.margins = margins
            self.winnerPath = winnerPath
            self.loserPath = loserPath
        }
    }
}
