extension RankRule {
    /// One thing that is looked for before candidates and pairs count.
    public struct Guard: Sendable, Equatable {
        /// What is looked for.
        public var kind: Kind
        /// What happens to what is found.
        public var action: Action

        /// Looks for something and says what happens to it.
        public init(_ kind: Kind, action: Action = .drop) {
            self.kind = kind
            self.action = action
        }

        /// What a guard looks for.
        public enum Kind: Sendable, Equatable {
            /// A prompt whose scores deviate by less than this (`s² = Σ(x − mean)² / n`).
            case minimumDeviation(Double)
            /// A larger share of winners that are ground truth; the smallest margins go first.
            case groundTruthWinnerShare(Double)
            /// A clip whose motion is this many deviations from the mean, or less.
            case staticMotion(maximumZ: Double, Member)
            /// A clip that is silent for a larger share.
            case silence(maximumShare: Double, Member)
            /// A pair whose perceptual hashes differ in at most so many bits.
            case nearDuplicate(maximumDistance: Int)
            /// A generated clip that another policy made.
            case offPolicy
        }

        /// What happens to what a guard finds.
        public enum Action: String, Sendable, Equatable, Encodable, CaseIterable {
            /// It does not count, and the reason is kept.
            case drop
            /// It counts, and the pair says so.
            case warn
            /// The ranking fails.
            case fail
        }

        /// Which member of a pair a guard looks at.
        public enum Member: String, Sendable, Equatable, CaseIterable {
            /// Only the winner.
            case winner
            /// Only the loser.
            case loser
            /// Either.
            case both
        }

        /// The guard's name, as campaign files, warnings and reasons say it.
        public var name: String { reason.rawValue }

        /// The reason of a prompt that gave no pair because of the guard.
        var reason: UnpairedReason {
            switch kind {
            case .minimumDeviation: .minimumDeviation
            case .groundTruthWinnerShare: .groundTruthWinnerShare
            case .staticMotion: .staticMotion
            case .silence: .silence
            case .nearDuplicate: .nearDuplicate
            case .offPolicy: .offPolicy
            }
        }
    }
}
