extension Field {
    /// Applies the guards that need all pairs, and lets those fail that are to fail.
    func limitGroundTruth(_ outcome: inout RankOutcome) throws(RankError) {
        for (index, entry) in rule.guards.enumerated() {
            if case .groundTruthWinnerShare(let most) = entry.kind {
                let excess = excess(of: outcome.pairs, most: most)
                outcome.guards[index].found = excess.count
                switch entry.action {
                case .drop: drop(excess, from: &outcome)
                case .warn, .fail:
                    for pair in excess { outcome.pairs[pair].warnings.append(entry.name) }
                }
            } else if entry.action != .drop {
                outcome.guards[index].found = outcome.pairs.count {
                    $0.warnings.contains(entry.name)
                }
            }
            if entry.action == .fail,
                let first = outcome.pairs.first(where: { $0.warnings.contains(entry.name) })
            {
                throw .guardFailed(
                    name: entry.name, count: outcome.guards[index].found, prompt: first.prompt)
            }
        }
    }

    /// Returns the pairs with a ground-truth winner that are too many, smallest margins first.
    private func excess(of pairs: [PreferencePair], most: Double) -> [Int] {
        let won = pairs.indices.filter { pairs[$0].winnerIsGroundTruth }
        let others = pairs.count - won.count
        var allowed = won.count
        while allowed > 0, Double(allowed) > most * Double(allowed + others) {
            // Jumps near the bound from above, then goes on by ones against rounding.
            let bound = most < 1 ? most * Double(others) / (1 - most) + 1 : Double(allowed)
            allowed = min(allowed - 1, Int(min(bound, Double(allowed))))
        }
        let bySize = won.sorted {
            (pairs[$0].margin, -$0) < (pairs[$1].margin, -$1)
        }
        return Array(bySize.prefix(won.count - allowed))
    }

    private func drop(_ excess: [Int], from outcome: inout RankOutcome) {
        guard !excess.isEmpty else { return }
        let gone = Set(excess)
        let prompts = Set(excess.map { outcome.pairs[$0].prompt })
        outcome.pairs = outcome.pairs.indices.filter { !gone.contains($0) }
            .map { outcome.pairs[$0] }
        let paired = Set(outcome.pairs.map(\.prompt))
        for prompt in prompts.subtracting(paired) {
            outcome.unpaired.append(
                UnpairedPrompt(prompt: prompt, reason: .groundTruthWinnerShare))
        }
        outcome.unpaired.sort { $0.prompt < $1.prompt }
    }
}
