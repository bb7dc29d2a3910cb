import Campaigns
import Testing

@testable import Rounds

private func record(_ state: RoundState = .waiting, number: Int = 1) -> RoundRecord {
    var round = Round(name: "r", data: .init(campaign: "pairs"))
    round.evaluate = .init(prompts: .init(source: "held.csv"))
    round.rounds = 3
    var record = RoundRecord(
        name: "r", number: number, start: 0, campaign: "pairs", round: round)
    record.state = state
    return record
}

private let ranking = RankingFacts(
    pairs: 12, prompts: 20, candidates: 80, referenceWinnerShare: 0.5)

private func completed(_ ranking: RankingFacts? = nil, product: Bool = false) -> CampaignFacts {
    CampaignFacts(phase: .completed, ranking: ranking, hasProduct: product)
}

@Test func aRoundWaitsForItsCampaignAndThenFreezesItsPairs() {
    var facts = RoundFacts()
    #expect(RoundPlanner.step(record(), facts) == .ask("campaign pairs is not there yet"))
    facts.source = CampaignFacts(phase: .open)
    #expect(RoundPlanner.step(record(), facts) == .wait("campaign pairs is not complete"))
    facts.source = CampaignFacts(phase: .stopped("halted: too much failed"))
    #expect(RoundPlanner.step(record(), facts) == .ask("campaign pairs is halted: too much failed"))
    facts.source = completed()
    #expect(RoundPlanner.step(record(), facts) == .ask("campaign pairs has no such ranking"))
    facts.source = completed(ranking)
    #expect(RoundPlanner.step(record(), facts) == .freeze)
}

@Test(arguments: [
    ("pairs >= 12", true), ("pairs > 12", false), ("pairs >= 12 and prompts < 20", false),
    ("candidates = 80", true), ("reference_winner_share <= 0.4", false),
])
func aConditionDecidesWhetherItStarts(text: String, holds: Bool) {
    var waiting = record()
    waiting.trigger.when = Condition(text)
    var facts = RoundFacts()
    facts.source = completed(ranking)
    let step = RoundPlanner.step(waiting, facts)
    #expect((step == .freeze) == holds)
    if case .ask(let reason) = step { #expect(reason.contains("is asked for, and it is")) }
}

@Test func aCampaignWithoutPairsTrainsNothing() {
    var facts = RoundFacts()
    var none = ranking
    none.pairs = 0
    facts.source = completed(none)
    #expect(
        RoundPlanner.step(record(), facts) == .ask("the ranking of campaign pairs has no pairs"))
}

@Test func aRoundOnTheSamePairsWaitsUntilTheOtherFrozeThem() {
    var waiting = record(number: 2)
    waiting.round.data = .init(round: "loop")
    var facts = RoundFacts()
    // Its own campaign counts for nothing: there is none.
    facts.source = completed(ranking)
    #expect(RoundPlanner.step(waiting, facts) == .ask("round loop is not there yet"))
    var origin = record(.promoted)
    origin.name = "loop"
    facts.origins = [origin]
    #expect(RoundPlanner.step(waiting, facts) == .wait("round loop/2 has not begun"))
    facts.origins[0].state = .held
    #expect(
        RoundPlanner.step(waiting, facts) == .ask("round loop/2 does not begin: loop/1 is held"))
    facts.origins[0].state = .rolledBack
    facts.origins[0].round.rounds = 1
    #expect(
        RoundPlanner.step(waiting, facts)
            == .ask("there is no round loop/2: loop ends with loop/1"))
    origin.number = 2
    origin.state = .waiting
    facts.origins.append(origin)
    #expect(RoundPlanner.step(waiting, facts) == .wait("round loop/2 has not frozen its pairs"))
    origin.state = .training
    origin.dataset = FrozenDataset(
        model: "m", train: .init(path: "/a", sha256: "a", pairs: 4), heldOut: nil,
        ranking: "r1", rule: "h", groundTruthWinners: 1, isOnPolicy: true)
    facts.origins[1] = origin
    #expect(RoundPlanner.step(waiting, facts) == .takePairs(of: origin))
    // Nothing is generated for the one that follows, either.
    #expect(RoundPlanner.next(after: waiting).campaign == "loop/3/candidates")
}

@Test func theCampaignBehindRoundsOnTheSamePairsIsThatOfTheFirstOnes() {
    let loop = record()
    var control = record()
    control.name = "control"
    control.round.data = .init(round: "r")
    let again = Round.Data(round: "control")
    #expect([control, loop].campaign(behind: again) == "pairs")
    #expect([control].campaign(behind: again) == nil)
    // Two that name each other lead nowhere.
    var other = loop
    other.round.data = again
    #expect([control, other].campaign(behind: again) == nil)
}

private func completed(pairs: Int) -> CampaignFacts {
    var grown = ranking
    grown.pairs = pairs
    return completed(grown)
}

@Test func aCampaignThatHasGrownStartsAnotherRoundOnAllOfIt() {
    var first = record(.promoted)
    first.round.rounds = 1
    first.trigger = RoundTrigger(every: 5)
    first.dataset = FrozenDataset(
        model: "m", train: .init(path: "/a", sha256: "a", pairs: 8), heldOut: nil,
        ranking: "r1", rule: "h", groundTruthWinners: 1, isOnPolicy: true)
    // Two of its pairs did not fit `where`, and still it was trained on what 10 gave.
    first.dataset?.rankedPairs = 10
    var facts = RoundFacts()
    facts.trigger = first.trigger
    facts.source = completed(pairs: 14)
    #expect(RoundPlanner.step(first, facts) == .none)
    facts.source = completed(pairs: 15)
    #expect(RoundPlanner.step(first, facts) == .startNext)
    let second = RoundPlanner.next(after: first)
    #expect(second.campaign == "pairs" && second.start == 1)
    facts.pairsBefore = 10
    #expect(RoundPlanner.step(second, facts) == .freeze)
    // Whoever looks again after a crash starts no second one.
    facts.hasNext = true
    #expect(RoundPlanner.step(first, facts) == .none)
}

@Test func aGrownCampaignStartsNothingBeforeItIsCompleteOrWhileARoundIsHeld() {
    var first = record(.promoted)
    first.round.rounds = 1
    var facts = RoundFacts()
    facts.trigger = RoundTrigger(when: Condition("reference_winner_share < 0.5"), every: 5)
    facts.source = completed(pairs: 100)
    #expect(RoundPlanner.step(first, facts) == .none)
    facts.trigger.when = Condition("reference_winner_share <= 0.5")
    #expect(RoundPlanner.step(first, facts) == .startNext)
    first.state = .held
    #expect(RoundPlanner.step(first, facts) == .none)
    first.state = .rolledBack
    #expect(RoundPlanner.step(first, facts) == .startNext)
    #expect(RoundPlanner.next(after: first).start == 0)
    facts.source?.phase = .open
    #expect(RoundPlanner.step(first, facts) == .none)
}

@Test func theFirstRoundWaitsForAsManyPairs() {
    var first = record()
    first.trigger = RoundTrigger(every: 20)
    var facts = RoundFacts()
    facts.source = completed(pairs: 12)
    #expect(
        RoundPlanner.step(first, facts) == .ask("20 pairs are asked for, and there are 12"))
    facts.source = completed(pairs: 20)
    #expect(RoundPlanner.step(first, facts) == .freeze)
}

@Test func aNewDeclarationOfRoundsThatAGrowingCampaignStartsWaitsForItsPairs() throws {
    var first = record(.promoted)
    first.round.rounds = 1
    let every = RoundTrigger(every: 5)
    var declared = first.round
    // The same again changes nothing.
    #expect(
        RoundPlanner.next(after: first, declared: declared, campaign: "pairs", trigger: every)
            == nil)
    declared.optim.rate = 0.5
    var next = try #require(
        RoundPlanner.next(after: first, declared: declared, campaign: "pairs", trigger: every))
    #expect(next.number == 2 && next.start == 1 && next.round.optim.rate == 0.5)
    var facts = RoundFacts()
    facts.pairsBefore = 10
    facts.source = completed(pairs: 12)
    let reason = "5 pairs more than 10 are asked for, and there are 12"
    #expect(RoundPlanner.step(next, facts) == .ask(reason))
    // A campaign that is gone is not made up.
    facts.source = nil
    #expect(RoundPlanner.step(next, facts) == .ask("campaign pairs is not there yet"))
    next.declareAnew(declared, campaign: "pairs", trigger: .init())
    #expect(next.state == .cancelled)
    #expect(
        RoundPlanner.next(after: first, declared: declared, campaign: "pairs", trigger: .init())
            == nil)
}

@Test(arguments: ["", "pairs >= 3", "every 500 pairs", "pairs >= 3 and prompts > 2; every 5 pairs"])
func triggersAreReadBack(text: String) throws {
    #expect(try #require(RoundTrigger(text)).text == text)
    #expect(RoundTrigger(text + "; every 0 pairs") == nil)
}

@Test func beginningAgainAndAgainDoesNotGoWithRoundsInARowOrOneRanking() {
    var round = record().round
    #expect(round.problem(with: .init(every: 5))?.contains("rounds: 3") == true)
    round.rounds = 1
    #expect(round.problem(with: .init(every: 5)) == nil)
    round.data.ranking = "3"
    #expect(round.problem(with: .init(every: 5))?.contains("data.ranking: latest") == true)
    #expect(round.problem(with: .init(when: Condition("pairs > 1"))) == nil)
}

@Test func aTrainingIsSubmittedFollowedAndItsAdapterTaken() {
    var facts = RoundFacts()
    #expect(RoundPlanner.step(record(.training), facts) == .submitTraining)
    facts.training = CampaignFacts(phase: .open)
    #expect(RoundPlanner.step(record(.training), facts) == .wait("it trains"))
    facts.training = completed(product: true)
    #expect(RoundPlanner.step(record(.training), facts) == .takeAdapter)
    facts.training = completed()
    guard case .ask(let reason) = RoundPlanner.step(record(.training), facts) else {
        Issue.record("a failed training needs a person")
        return
    }
    #expect(reason.contains("duet campaign retry r/1/train"))
    facts.training = CampaignFacts(phase: .cancelled)
    #expect(RoundPlanner.step(record(.training), facts) == .cancel("its training was cancelled"))
}

@Test func itIsJudgedWhenBothPoliciesAreEvaluated() {
    var facts = RoundFacts()
    facts.before = completed()
    #expect(RoundPlanner.step(record(.evaluating), facts) == .submitEvaluation)
    facts.after = CampaignFacts(phase: .open)
    #expect(RoundPlanner.step(record(.evaluating), facts) == .wait("it is evaluated"))
    facts.after = completed()
    #expect(RoundPlanner.step(record(.evaluating), facts) == .judge)
    facts.before = CampaignFacts(phase: .open)
    #expect(RoundPlanner.step(record(.evaluating), facts) == .wait("it is evaluated"))
    facts.before = nil
    guard case .ask = RoundPlanner.step(record(.evaluating), facts) else {
        Issue.record("without an evaluation of before there is nothing to compare with")
        return
    }
    var plain = record(.evaluating)
    plain.round.evaluate = nil
    #expect(RoundPlanner.step(plain, RoundFacts()) == .judge)
}

@Test func distancesAreMeasuredOfBothPoliciesBeforeItIsJudged() {
    var record = record(.evaluating)
    record.round.evaluate?.distances = .init(embedder: "e")
    var facts = RoundFacts()
    (facts.before, facts.after) = (completed(), CampaignFacts(phase: .open))
    #expect(RoundPlanner.step(record, facts) == .wait("it is evaluated"))
    facts.after = completed()
    #expect(RoundPlanner.step(record, facts) == .submitDistances(0))
    facts.beforeDistances = completed(product: true)
    #expect(RoundPlanner.step(record, facts) == .submitDistances(1))
    facts.afterDistances = CampaignFacts(phase: .open)
    #expect(RoundPlanner.step(record, facts) == .wait("its distances are measured"))
    facts.afterDistances = completed()
    guard case .ask(let reason) = RoundPlanner.step(record, facts) else {
        Issue.record("a measurement that failed needs a person")
        return
    }
    #expect(reason.contains("duet campaign retry r/1/evaluate-distances"))
    facts.afterDistances = completed(product: true)
    #expect(RoundPlanner.step(record, facts) == .judge)
}

@Test(arguments: [
    (RoundState.promoted, 1, false, RoundStep.startNext), (.promoted, 1, true, .none),
    (.promoted, 3, false, .none), (.rolledBack, 2, false, .startNext), (.held, 1, false, .none),
    (.cancelled, 1, false, .none),
])
func theNextRoundStartsOnce(state: RoundState, number: Int, hasNext: Bool, step: RoundStep) {
    var facts = RoundFacts()
    facts.hasNext = hasNext
    #expect(RoundPlanner.step(record(state, number: number), facts) == step)
}

@Test func theNextRoundGoesOnFromTheAdapterInUse() {
    var first = record(.promoted)
    first.trigger.when = Condition("pairs >= 3")
    first.evaluation = "{}"
    let second = RoundPlanner.next(after: first)
    #expect(second.number == 2 && second.start == 1 && second.state == .waiting)
    #expect(second.campaign == "r/2/candidates")
    #expect(second.trigger == RoundTrigger() && second.evaluation == nil)
    #expect(RoundPlanner.step(second, RoundFacts()) == .submitCandidates)
    var failed = second
    failed.state = .rolledBack
    #expect(RoundPlanner.next(after: failed).start == 1)
}

@Test func aRetryTakesTheSamePairsWithHalfTheBeta() {
    var failed = record(.rolledBack)
    failed.round.onFail = .retryLowerBeta
    failed.round.loss.beta = ["audio": 20, "video": 10]
    let retry = RoundPlanner.retry(failed)
    #expect(retry.number == 2 && retry.start == 0 && retry.campaign == "pairs")
    #expect(retry.round.loss.beta == ["audio": 10, "video": 5])
    #expect(retry.round.rounds == 4 && retry.round.onFail == .hold)
}

@Test func namesAreReadBack() {
    #expect(RoundNames.round(of: RoundNames.evaluation("r", 2))?.number == 2)
    #expect(RoundNames.round(of: "pairs") == nil)
    #expect(RoundNames.parts("r/2")?.number == 2)
    #expect(RoundNames.parts("r")?.number == .some(nil))
    #expect(RoundNames.round(of: "r/2/final-distances")?.number == 2)
    #expect(RoundNames.isFree("final") && !RoundNames.isFree("evaluate"))
    #expect(!RoundNames.isFree("final-distances") && !RoundNames.isFree("a/b"))
    #expect(RoundNames.parts("r/x") == nil && RoundNames.parts("/1") == nil)
}
