/// A winner and a loser by row, and what became of them.
struct Considered {
    var winner: Int
    var loser: Int
    var verdict: Verdict

    /// What became of a pair, from what is farthest from being chosen to what is.
    enum Verdict: Equatable {
        /// The would-be winner is worse in a modality, or by score where that is nil.
        case worse(modality: Int?)
        /// Nowhere worse, but not better everywhere.
        case tied
        /// The margin is too small in a modality, or in total where that is nil.
        case belowMinimum(modality: Int?)
        /// Both are the same clip.
        case sameContent
        /// A guard keeps the pair out, by its place in the rule.
        case barred(guardIndex: Int)
        /// Others took its place.
        case beyondLimit
        /// A pair.
        case chosen(isTie: Bool)
    }
}

extension Considered {
    init(_ winner: Int, _ loser: Int, _ verdict: Verdict) {
        self.init(winner: winner, loser: loser, verdict: verdict)
    }
}

extension Considered.Verdict {
    var isChosen: Bool { if case .chosen = self { true } else { false } }

    var isWorse: Bool { if case .worse = self { true } else { false } }

    /// How near the pair came to being chosen.
    var stage: Int {
        switch self {
        case .worse: 0
        case .tied: 1
        case .belowMinimum: 2
        case .sameContent: 3
        case .barred: 4
        case .beyondLimit: 5
        case .chosen: 6
        }
    }
}
