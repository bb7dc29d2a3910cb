@testable import Preferences
import Testing

/// Ten kinds of games between four, and ties between some.
private let games = [
    Comparison(0, 1, .left, count: 7), Comparison(1, 0, .left, count: 3),
    Comparison(0, 2, .left, count: 6), Comparison(2, 0, .left, count: 4),
    Comparison(1, 2, .left, count: 5), Comparison(2, 1, .left, count: 5),
    Comparison(2, 3, .left, count: 8), Comparison(3, 2, .left, count: 2),
    Comparison(1, 3, .left, count: 6), Comparison(3, 1, .left, count: 3),
]
private let withTies = games + [Comparison(0, 1, .tie, count: 4), Comparison(2, 3, .tie, count: 2)]

@Test func strengthsHaveTheKnownValues() throws {
    let fit = try bradleyTerry(competitors: 4, games)
    #expect(areClose(fit.strengths, [0.72270766, -0.02322539, 0.22590302, -0.92538529], 1e-8))
    #expect(
        areClose(fit.standardErrors ?? [], [0.37566859, 0.29509637, 0.29214154, 0.40857614], 1e-8))
    #expect(isClose(fit.logLikelihood, -30.69002800, 1e-9))
    #expect(areClose(fit.elo, [1125.5472, 995.9653, 1039.2434, 839.2441], 1e-7))
}

@Test func tiesAreHalvedDroppedOrModelled() throws {
    let half = try bradleyTerry(competitors: 4, withTies)
    #expect(areClose(half.strengths, [0.60178552, 0.03291994, 0.17084566, -0.80555111], 1e-8))
    let dropped = try bradleyTerry(competitors: 4, withTies, ties: .drop)
    #expect(dropped == (try bradleyTerry(competitors: 4, games)))
    let davidson = try bradleyTerry(competitors: 4, withTies, ties: .davidson)
    #expect(areClose(davidson.strengths, [0.682212, 0.037823, 0.194379, -0.914414], 1e-6))
    #expect(isClose(davidson.tieParameter ?? 0, 0.262043, 1e-6))
    let kupper = try bradleyTerry(competitors: 4, withTies, ties: .raoKupper(theta: nil))
    #expect(areClose(kupper.strengths, [0.593904, 0.074432, 0.145822, -0.814159], 1e-6))
    #expect(isClose(kupper.tieParameter ?? 0, 1.275142, 1e-6))
}

@Test func chancesUnderAThetaOfFiveHaveTheKnownValues() {
    let (a, b) = (exponential(1), exponential(0.2))
    let model = TieModel.raoKupper(theta: 5)
    let (forth, back) = (model.chances(a, b, parameter: 5), model.chances(b, a, parameter: 5))
    #expect(isClose(forth.win, 0.30801029, 1e-8) && isClose(back.win, 0.08245583, 1e-8))
    #expect(isClose(forth.tie, 0.60953388, 1e-8) && isClose(back.tie, forth.tie, 1e-15))
}

@Test func aGivenThetaStaysAndWithoutTiesAllModelsAreOne() throws {
    let given = try bradleyTerry(competitors: 4, withTies, ties: .raoKupper(theta: 5))
    #expect(given.tieParameter == 5)
    let plain = try bradleyTerry(competitors: 4, games)
    for model in [TieModel.davidson, .raoKupper(theta: nil)] {
        let fit = try bradleyTerry(competitors: 4, games, ties: model)
        #expect(areClose(fit.strengths, plain.strengths, 1e-9))
    }
}

@Test func strengthsEqualChoixAndAnOptimiser() throws {
    for expected in try StatisticsFixture.whole.get().bradleyTerry {
        let comparisons =
            expected.wins.map { Comparison($0[0], $0[1], .left, count: Double($0[2])) }
            + expected.ties.map { Comparison($0[1], $0[0], .tie, count: Double($0[2])) }
        let fit = try bradleyTerry(competitors: expected.competitors, comparisons)
        #expect(areClose(fit.strengths, expected.half, 1e-9))
        #expect(areClose(fit.standardErrors ?? [], expected.errors, 1e-9))
        #expect(isClose(fit.logLikelihood, expected.logLikelihood, 1e-9))
        for (model, expected) in [
            (TieModel.davidson, expected.davidson), (.raoKupper(theta: nil), expected.raoKupper),
        ] {
            guard let expected else { continue }
            let competitors = expected.strengths.count
            let fit = try bradleyTerry(competitors: competitors, comparisons, ties: model)
            #expect(areClose(fit.strengths, expected.strengths, 1e-5))
            #expect(isClose(fit.tieParameter ?? 0, expected.parameter, 1e-5))
            #expect(isClose(fit.logLikelihood, expected.logLikelihood, 1e-9))
        }
    }
}

@Test func theOrderAndTheSidesOfComparisonsDoNotChangeABit() throws {
    let turned = withTies.reversed().map { game in
        Comparison(
            game.right, game.left, game.vote == .tie ? .tie : game.vote == .left ? .right : .left,
            count: game.count)
    }
    for model in [TieModel.half, .drop, .davidson, .raoKupper(theta: nil)] {
        let fit = try bradleyTerry(competitors: 4, withTies, ties: model)
        #expect(try bradleyTerry(competitors: 4, turned, ties: model) == fit)
    }
}

@Test func strengthsThatAreNotBoundedNameTheGroups() throws {
    let games = [
        Comparison(1, 2, .left), Comparison(2, 1, .left), Comparison(2, 0, .left),
        Comparison(3, 1, .left),
    ]
    #expect(throws: BradleyTerryError.notConnected(groups: [[3], [1, 2], [0]])) {
        try bradleyTerry(competitors: 4, games)
    }
    #expect(throws: BradleyTerryError.notConnected(groups: [[0], [1]])) {
        try bradleyTerry(competitors: 2, [])
    }
    // A tie leads both ways, and a prior leads everywhere.
    #expect(try bradleyTerry(competitors: 2, [Comparison(0, 1, .tie)]).strengths == [0, 0])
    let fit = try bradleyTerry(competitors: 4, games, prior: 0.5)
    #expect(fit.strengths[3] > fit.strengths[1] && fit.strengths[2] > fit.strengths[0])
}

@Test func aPriorIsSoManyWinsOfEveryoneOverEveryone() throws {
    let everyone = (0..<4).flatMap { one in
        (0..<4).filter { $0 != one }.map { Comparison(one, $0, .left, count: 0.25) }
    }
    let prior = try bradleyTerry(competitors: 4, games, prior: 0.25)
    let counted = try bradleyTerry(competitors: 4, games + everyone)
    #expect(areClose(prior.strengths, counted.strengths, 1e-11))
}

@Test func oneOrNoCompetitorHasNothingToFit() throws {
    #expect(try bradleyTerry(competitors: 1, []).strengths == [0])
    #expect(try bradleyTerry(competitors: 0, []).strengths == [])
}

@Test func comparisonsThatCannotBeSayWhy() {
    func error(_ comparisons: [Comparison], prior: Double = 0, limit: Int = 9) -> String {
        do {
            _ = try bradleyTerry(competitors: 4, comparisons, prior: prior, limit: limit)
            return "no error"
        } catch {
            return error.description
        }
    }
    #expect(error([Comparison(0, 4, .left)]).hasPrefix("a comparison of 0 with 4 cannot be"))
    #expect(error([Comparison(1, 1, .left)]).hasPrefix("a comparison of 1 with 1 cannot be"))
    #expect(error([Comparison(0, 1, .left, count: -1)]).hasPrefix("the count of a comparison"))
    #expect(
        throws: BradleyTerryError.invalidNumber(field: "θ", value: 1),
        performing: { try bradleyTerry(competitors: 4, games, ties: .raoKupper(theta: 1)) })
    #expect(error(games, prior: .nan).hasPrefix("the prior is nan"))
    #expect(error(games, limit: 3).hasPrefix("the strengths still move after 3 steps"))
    #expect(
        error([Comparison(0, 1, .left), Comparison(2, 3, .tie)])
            == "the strengths are not bounded, because no win leads from one of these groups to "
            + "an earlier one: 0 | 2, 3 | 1; compare more, or give a prior")
}
