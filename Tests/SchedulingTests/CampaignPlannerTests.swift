import Scheduling
import Testing

/// Two generators, a scorer for each, one ranking.
private func plan(prompts: Int = 3) -> CampaignPlan {
    CampaignPlan(
        id: 1,
        slots: [
            PlanSlot(taskClass: generator("a")), PlanSlot(taskClass: generator("b")), scorer(0),
            scorer(1), ranker,
        ], prompts: prompts)
}

private let rank = TaskID(campaign: 1, prompt: TaskID.wholeCampaign, slot: 4)

@Test func promptsAreEmittedInOrderAndWithoutTheirSuccessors() {
    var planner = CampaignPlanner(plan())
    #expect(planner.next(limit: 100) == [0, 1, 2].flatMap { [task($0, 0), task($0, 1)] })
    #expect(planner.next(limit: 100) == [])
}

@Test func aWindowTakesWholePrompts() {
    var planner = CampaignPlanner(plan())
    #expect(planner.next(limit: 3) == [task(0, 0), task(0, 1), task(1, 0), task(1, 1)])
    #expect(planner.next(limit: 1) == [task(2, 0), task(2, 1)])
}

@Test func aScoreFollowsItsCandidate() {
    var planner = CampaignPlanner(plan())
    _ = planner.next(limit: 100)
    #expect(planner.ended(task(1, 0), as: .completed) == [task(1, 2)])
    #expect(planner.stage(of: task(1, 2)) == .open)
    #expect(planner.stage(of: task(1, 3)) == .blocked)
}

@Test func anEndIsTakenOnce() {
    var planner = CampaignPlanner(plan())
    _ = planner.next(limit: 100)
    _ = planner.ended(task(1, 0), as: .completed)
    #expect(planner.ended(task(1, 0), as: .completed) == [])
}

@Test func whatFollowsAFailureIsSkipped() {
    var planner = CampaignPlanner(plan())
    _ = planner.next(limit: 100)
    #expect(planner.ended(task(1, 0), as: .failed) == [])
    #expect(planner.stage(of: task(1, 2)) == .skipped)
    #expect(planner.totals[.failed] == 1)
    #expect(planner.totals[.skipped] == 1)
}

@Test func skippingGoesOnToTheEndOfTheChain() {
    let chain = CampaignPlan(
        id: 1, slots: [PlanSlot(taskClass: generator()), scorer(0), scorer(1)], prompts: 1)
    var planner = CampaignPlanner(chain)
    _ = planner.next(limit: 1)
    _ = planner.ended(task(0), as: .failed)
    #expect(planner.stage(of: task(0, 2)) == .skipped)
    #expect(planner.isComplete)
    let restored = CampaignPlanner(chain, stages: [3, 0, 0], whole: [0, 0, 0])
    #expect(restored.isComplete)
}

@Test func theRankingComesLast() {
    var planner = CampaignPlanner(plan(prompts: 1))
    _ = planner.next(limit: 100)
    #expect(planner.ended(task(0, 0), as: .completed) == [task(0, 2)])
    #expect(planner.ended(task(0, 1), as: .failed) == [])
    #expect(!planner.isComplete)
    #expect(planner.ended(task(0, 2), as: .completed) == [rank])
    #expect(!planner.isComplete)
    #expect(planner.ended(rank, as: .completed) == [])
    #expect(planner.isComplete)
}

/// Runs everything the planner emits.
private func finish(_ planner: inout CampaignPlanner) -> [TaskID] {
    var emitted: [TaskID] = []
    var waiting = planner.next(limit: 1000)
    while let next = waiting.popLast() {
        emitted.append(next)
        waiting += planner.ended(next, as: .completed) + planner.next(limit: 1000)
    }
    return emitted
}

@Test func anotherRankingAloneEmitsOnlyIt() {
    var planner = CampaignPlanner(plan())
    #expect(finish(&planner).count == 13)
    var changed = plan()
    changed.slots[4].isActive = false
    changed.slots.append(ranker)
    planner.replan(changed)
    #expect(!planner.isComplete)
    #expect(finish(&planner) == [TaskID(campaign: 1, prompt: TaskID.wholeCampaign, slot: 5)])
    #expect(planner.isComplete)
}

@Test func theSamePlanAgainEmitsNothing() {
    var planner = CampaignPlanner(plan())
    _ = finish(&planner)
    planner.replan(plan())
    #expect(finish(&planner) == [])
}

@Test func morePromptsEmitOnlyTheirOwnTasks() {
    var planner = CampaignPlanner(plan())
    _ = finish(&planner)
    planner.replan(plan(prompts: 4))
    #expect(Set(finish(&planner).map(\.prompt)) == [3])
}

@Test func anotherScorerScoresWhatIsThere() {
    var planner = CampaignPlanner(plan())
    _ = finish(&planner)
    var changed = plan()
    changed.slots.append(scorer(0))
    planner.replan(changed)
    #expect(Set(finish(&planner)) == Set((0..<3).map { task($0, 5) }))
}

@Test func aRetiredPromptIsNeitherEmittedNorCounted() {
    var retired = plan()
    retired.retired = [1]
    var planner = CampaignPlanner(retired)
    #expect(Set(finish(&planner).map(\.prompt)) == [0, 2, TaskID.wholeCampaign])
    #expect(planner.isComplete)
    #expect(planner.totals.total == 9)
}

@Test func whatACandidateOfARetiredPromptWouldBringIsNotEmitted() {
    var planner = CampaignPlanner(plan())
    _ = planner.next(limit: 100)
    var retired = plan()
    retired.retired = [1]
    planner.replan(retired)
    #expect(planner.ended(task(1, 0), as: .completed) == [])
}

@Test func cancellingLeavesNothingBlocked() {
    var planner = CampaignPlanner(plan())
    _ = planner.next(limit: 2)
    planner.cancelRest()
    #expect(planner.next(limit: 100) == [])
    #expect(planner.totals[.cancelled] == 11)
    #expect(planner.ended(task(0, 0), as: .completed) == [])
}

@Test(arguments: [(0.1, 1), (0.5, 5), (0.01, 1), (0, 0)])
func aShareOfFailuresIsRoundedUp(share: Double, limit: Int) {
    let plan = simple(prompts: 10, budget: .share(share))
    #expect(CampaignPlanner(plan).failureLimit == limit)
}
