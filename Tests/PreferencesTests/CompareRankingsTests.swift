import Preferences
import Testing

private func pairs(_ numbers: [[Int64]]) -> [PairIdentity] {
    numbers.map { PairIdentity(prompt: $0[0], winner: $0[1], loser: $0[2]) }
}

@Test func everyPairOfTwoRankingsIsInOneCount() {
    let first = pairs([[1, 0, 1], [2, 0, 1], [3, 0, 1], [3, 0, 2], [4, 2, 3]])
    let second = pairs([[1, 0, 1], [2, 1, 0], [3, 2, 1], [3, 0, 2], [5, 0, 3]])
    let found = RankingComparison(first, second)
    #expect(found.same == 2 && found.reversed == 1)
    #expect(found.changedFirst == 1 && found.changedSecond == 1)
    #expect(found.onlyFirst == 1 && found.onlySecond == 1)
    #expect(RankingComparison(first.reversed(), second.reversed()) == found)
}

@Test func aRankingIsTheSameAsItself() {
    let ranking = pairs([[1, 0, 1], [2, 0, 1]])
    #expect(RankingComparison(ranking, ranking).same == 2)
    #expect(RankingComparison([], ranking).onlySecond == 2)
}
