/// One recipe of a campaign as its planner sees it.
public struct PlanSlot: Hashable, Sendable {
    /// What its tasks need.
    public var taskClass: TaskClass
    /// The slot whose task must complete first for the same prompt; nil for none.
    public var source: Int?
    /// Whether its one task concerns the whole campaign and comes last.
    public var isWholeCampaign: Bool
    /// Whether the current campaign file still asks for it.
    public var isActive: Bool

    /// Makes a slot.
    public init(
        taskClass: TaskClass, source: Int? = nil, isWholeCampaign: Bool = false,
        isActive: Bool = true
    ) {
        self.taskClass = taskClass
        self.source = source
        self.isWholeCampaign = isWholeCampaign
        self.isActive = isActive
    }
}

/// How many tasks of a campaign may fail before it is halted.
public enum FailureBudget: Hashable, Sendable {
    /// So many tasks.
    case count(Int)
    /// This part of all its tasks, rounded up.
    case share(Double)
}

/// A campaign as the scheduler sees it: recipes, prompts, rank among campaigns.
public struct CampaignPlan: Hashable, Sendable {
    /// Its number.
    public var id: CampaignID
    /// Higher goes first.
    public var priority: Int32
    /// Its share among campaigns of the same priority.
    public var weight: Double
    /// Most tasks leased at once; nil for no limit.
    public var maxRunning: Int?
    /// How much may fail.
    public var failureBudget: FailureBudget
    /// The recipes, by slot number.
    public var slots: [PlanSlot]
    /// Prompts ever submitted; their numbers are 0..<prompts.
    public var prompts: Int
    /// Numbers of prompts that the current campaign file no longer has.
    public var retired: Set<Int>

    /// Makes a plan.
    public init(
        id: CampaignID, priority: Int32 = 0, weight: Double = 1, maxRunning: Int? = nil,
        failureBudget: FailureBudget = .share(0.1), slots: [PlanSlot], prompts: Int,
        retired: Set<Int> = []
    ) {
        precondition(prompts <= TaskID.promptLimit && slots.count <= TaskID.slotLimit)
        self.id = id
        self.priority = priority
        self.weight = weight
        self.maxRunning = maxRunning
        self.failureBudget = failureBudget
        self.slots = slots
        self.prompts = prompts
        self.retired = retired
    }
}

/// How far a task of a plan has come.
///
/// The scheduler's own states refine `open`.
public enum Stage: UInt8, Sendable {
    /// Not emitted yet: it is blocked by its predecessor, or the window has not reached it.
    case blocked
    /// Emitted and not ended. Can become: completed, failed, cancelled.
    case open
    /// Has its one result.
    case completed
    /// Attempts used up.
    case failed
    /// Its campaign was cancelled.
    case cancelled
    /// Never to be emitted: its predecessor failed.
    case skipped

    /// Whether it can no longer change.
    public var isFinal: Bool { self != .blocked && self != .open }
}

/// Tasks of a campaign counted by stage.
public struct StageCounts: Hashable, Sendable {
    private var counts: InlineStages = InlineStages()

    /// How many tasks are in `stage`.
    public subscript(stage: Stage) -> Int {
        get { counts[stage] }
        set { counts[stage] = newValue }
    }

    /// All tasks.
    public var total: Int { counts.total }

    /// No tasks.
    public init() {}

    /// Adds the counts of other tasks.
    public mutating func add(_ other: StageCounts) {
        for raw in 0..<6 {
            guard let stage = Stage(rawValue: UInt8(raw)) else { continue }
            self[stage] += other[stage]
        }
    }
}

/// Six counters without an allocation.
struct InlineStages: Hashable, Sendable {
    private var values: SIMD8<Int> = .zero

    subscript(stage: Stage) -> Int {
        get { values[Int(stage.rawValue)] }
        set { values[Int(stage.rawValue)] = newValue }
    }

    var total: Int { values.wrappedSum() }
}

/// Emits a campaign's tasks as their predecessors complete: ingest and generate, then score,
/// then rank once everything else has ended.
///
/// It keeps one byte for each task, so that a campaign of ten million tasks costs ten
/// megabytes; it knows nothing of workers.
public struct CampaignPlanner: Sendable {
    /// What it plans.
    public private(set) var plan: CampaignPlan
    /// Tasks of active recipes and prompts by slot and stage.
    public private(set) var counts: [StageCounts]

    /// Stage of each task, prompt-major.
    private var stages: [UInt8]
    /// Stage of each slot's whole-campaign task.
    private var whole: [UInt8]
    /// Slots that wait for a slot.
    private var successors: [[Int]]
    /// First prompt that may still have something to emit without a predecessor's help.
    private var cursor = 0
    /// Tasks of prompts that have not ended.
    private var unfinished = 0

    /// Plans from nothing.
    public init(_ plan: CampaignPlan) {
        self.init(
            plan, stages: [UInt8](repeating: 0, count: plan.prompts * plan.slots.count),
            whole: [UInt8](repeating: 0, count: plan.slots.count))
    }

    /// Plans on from recorded stages: raw values of `Stage`, prompt-major, and by slot.
    public init(_ plan: CampaignPlan, stages: [UInt8], whole: [UInt8]) {
        precondition(stages.count == plan.prompts * plan.slots.count)
        precondition(whole.count == plan.slots.count)
        self.plan = plan
        self.stages = stages
        self.whole = whole
        successors = plan.slots.indices.map { slot in
            plan.slots.indices.filter { plan.slots[$0].source == slot && plan.slots[$0].isActive }
        }
        counts = Array(repeating: StageCounts(), count: plan.slots.count)
        skipAfterFailures()
        recount()
    }

    /// Plans on with a changed campaign file: recipes and prompts may have been added at the end,
    /// retired or reactivated.
    public mutating func replan(_ new: CampaignPlan) {
        let (oldWidth, newWidth) = (plan.slots.count, new.slots.count)
        precondition(newWidth >= oldWidth && new.prompts >= plan.prompts)
        var moved = [UInt8](repeating: 0, count: new.prompts * newWidth)
        for prompt in 0..<plan.prompts {
            for slot in 0..<oldWidth {
                moved[prompt * newWidth + slot] = stages[prompt * oldWidth + slot]
            }
        }
        let added = [UInt8](repeating: 0, count: newWidth - oldWidth)
        self = CampaignPlanner(new, stages: moved, whole: whole + added)
    }

    /// Every task that ended or will never run is counted; nothing is left to do.
    public var isComplete: Bool {
        unfinished == 0
            && plan.slots.indices.allSatisfy { slot in
                !(plan.slots[slot].isActive && plan.slots[slot].isWholeCampaign)
                    || stage(of: wholeTask(slot)).isFinal
            }
    }

    /// All tasks by stage.
    public var totals: StageCounts {
        var sum = StageCounts()
        for count in counts { sum.add(count) }
        return sum
    }

    /// Tasks that may fail before the campaign is halted.
    public var failureLimit: Int {
        switch plan.failureBudget {
        case .count(let count): count
        case .share(let share):
            // Rounded up without the C library's help, which a program may not link.
            roundedUp(share * Double(totals.total))
        }
    }

    /// The stage of a task; `blocked` for one that the plan does not have.
    public func stage(of task: TaskID) -> Stage {
        if task.prompt == TaskID.wholeCampaign {
            return task.slot < whole.count
                ? Stage(rawValue: whole[task.slot]) ?? .blocked : .blocked
        }
        guard task.prompt < plan.prompts, task.slot < plan.slots.count else { return .blocked }
        return Stage(rawValue: stages[task.prompt * plan.slots.count + task.slot]) ?? .blocked
    }

    /// Whether the plan has this task and the current campaign file asks for it.
    public func has(_ task: TaskID) -> Bool {
        guard task.slot < plan.slots.count, plan.slots[task.slot].isActive else { return false }
        if plan.slots[task.slot].isWholeCampaign { return task.prompt == TaskID.wholeCampaign }
        return task.prompt < plan.prompts && !plan.retired.contains(task.prompt)
    }

    /// The task that must complete before this one; nil for none.
    public func predecessor(of task: TaskID) -> TaskID? {
        guard task.slot < plan.slots.count, let source = plan.slots[task.slot].source else {
            return nil
        }
        return TaskID(campaign: plan.id, prompt: task.prompt, slot: source)
    }

    /// Emits about `limit` further tasks in the order of their prompts; empty when none may run.
    ///
    /// A prompt's tasks are never split, so a few more may come.
    public mutating func next(limit: Int) -> [TaskID] {
        var emitted: [TaskID] = []
        let width = plan.slots.count
        while cursor < plan.prompts && emitted.count < limit {
            let prompt = cursor
            cursor += 1
            if plan.retired.contains(prompt) { continue }
            for slot in 0..<width where isEmittable(prompt, slot) {
                emitted.append(TaskID(campaign: plan.id, prompt: prompt, slot: slot))
            }
        }
        for task in emitted { set(task, .open) }
        return emitted + emitWhole()
    }

    /// Records how a task ended and emits what may run because of it.
    public mutating func ended(_ task: TaskID, as stage: Stage) -> [TaskID] {
        precondition(stage.isFinal)
        guard !self.stage(of: task).isFinal else { return [] }
        set(task, stage)
        guard task.prompt != TaskID.wholeCampaign else { return [] }
        var emitted: [TaskID] = []
        if !plan.retired.isEmpty && plan.retired.contains(task.prompt) { return [] }
        for slot in successors[task.slot] {
            let next = TaskID(campaign: plan.id, prompt: task.prompt, slot: slot)
            guard self.stage(of: next) == .blocked else { continue }
            if stage == .completed {
                set(next, .open)
                emitted.append(next)
            } else {
                skip(next)
            }
        }
        if unfinished == 0 { emitted += emitWhole() }
        return emitted
    }

    /// Emits a task out of turn, so that it can be ended; false when it is not blocked.
    public mutating func emitAlone(_ task: TaskID) -> Bool {
        guard has(task), stage(of: task) == .blocked else { return false }
        set(task, .open)
        return true
    }

    /// Tasks that failed and that the current campaign file asks for, in order.
    public var failedTasks: [TaskID] {
        let width = plan.slots.count
        var failed: [TaskID] = []
        for index in stages.indices where stages[index] == Stage.failed.rawValue {
            let task = TaskID(campaign: plan.id, prompt: index / width, slot: index % width)
            if has(task) { failed.append(task) }
        }
        return failed
    }

    /// How many tasks of the same prompt wait for this one, directly or not.
    func followers(of task: TaskID) -> Int {
        guard task.prompt != TaskID.wholeCampaign, task.slot < successors.count else { return 0 }
        return successors[task.slot].reduce(0) { sum, slot in
            sum + 1
                + followers(of: TaskID(campaign: plan.id, prompt: task.prompt, slot: slot))
        }
    }

    /// Whether a task of the whole campaign failed.
    var hasFailedWhole: Bool {
        plan.slots.indices.contains { slot in
            plan.slots[slot].isActive && whole[slot] == Stage.failed.rawValue
        }
    }

    /// What became of the tasks so far.
    var tally: CampaignTally {
        var kinds: [TaskKind: StageCounts] = [:]
        for (slot, count) in zip(plan.slots, counts) where slot.isActive {
            kinds[slot.taskClass.need.kind, default: StageCounts()].add(count)
        }
        return CampaignTally(prompts: plan.prompts - plan.retired.count, kinds: kinds)
    }

    /// Takes back the end of a task without a result, and what was skipped because of it.
    public mutating func reopen(_ task: TaskID) {
        let old = stage(of: task)
        guard old == .failed || old == .cancelled, task.prompt != TaskID.wholeCampaign else {
            return
        }
        set(task, .open)
        for slot in successors[task.slot] {
            unskip(TaskID(campaign: plan.id, prompt: task.prompt, slot: slot))
        }
    }

    /// Takes back the tasks of the whole campaign, because what they summarise will change;
    /// returns those that had been emitted.
    public mutating func withdrawWhole() -> [TaskID] {
        let emitted = plan.slots.indices.filter { slot in
            plan.slots[slot].isWholeCampaign && whole[slot] != Stage.blocked.rawValue
        }.map(wholeTask)
        for task in emitted { set(task, .blocked) }
        return emitted
    }

    private mutating func unskip(_ task: TaskID) {
        guard stage(of: task) == .skipped else { return }
        set(task, .blocked)
        for slot in successors[task.slot] {
            unskip(TaskID(campaign: plan.id, prompt: task.prompt, slot: slot))
        }
    }

    /// Marks everything that was never emitted as cancelled.
    public mutating func cancelRest() {
        for index in stages.indices where stages[index] == Stage.blocked.rawValue {
            stages[index] = Stage.cancelled.rawValue
        }
        for slot in whole.indices where whole[slot] == Stage.blocked.rawValue {
            whole[slot] = Stage.cancelled.rawValue
        }
        cursor = plan.prompts
        recount()
    }

    /// The task will never run, nor will what waits for it.
    private mutating func skip(_ task: TaskID) {
        guard stage(of: task) == .blocked else { return }
        set(task, .skipped)
        for slot in successors[task.slot] {
            skip(TaskID(campaign: plan.id, prompt: task.prompt, slot: slot))
        }
    }

    private func roundedUp(_ value: Double) -> Int {
        let whole = Int(value)
        return Double(whole) < value ? whole + 1 : whole
    }

    private func wholeTask(_ slot: Int) -> TaskID {
        TaskID(campaign: plan.id, prompt: TaskID.wholeCampaign, slot: slot)
    }

    private func isEmittable(_ prompt: Int, _ slot: Int) -> Bool {
        let row = prompt * plan.slots.count
        let planned = plan.slots[slot]
        guard planned.isActive, !planned.isWholeCampaign,
            stages[row + slot] == Stage.blocked.rawValue
        else { return false }
        guard let source = planned.source else { return true }
        return stages[row + source] == Stage.completed.rawValue
    }

    private mutating func emitWhole() -> [TaskID] {
        guard unfinished == 0 else { return [] }
        var emitted: [TaskID] = []
        for slot in plan.slots.indices where plan.slots[slot].isWholeCampaign {
            guard plan.slots[slot].isActive, whole[slot] == Stage.blocked.rawValue else { continue }
            emitted.append(wholeTask(slot))
        }
        for task in emitted { set(task, .open) }
        return emitted
    }

    private mutating func set(_ task: TaskID, _ stage: Stage) {
        let old = self.stage(of: task)
        if task.prompt == TaskID.wholeCampaign {
            whole[task.slot] = stage.rawValue
            guard plan.slots[task.slot].isActive else { return }
        } else {
            stages[task.prompt * plan.slots.count + task.slot] = stage.rawValue
            // A task that the campaign file no longer asks for may still end; it is not counted.
            guard plan.slots[task.slot].isActive, !plan.retired.contains(task.prompt) else {
                return
            }
            unfinished += (old.isFinal ? 1 : 0) - (stage.isFinal ? 1 : 0)
        }
        counts[task.slot][old] -= 1
        counts[task.slot][stage] += 1
    }

    /// A skipped task has no row in the store: it is known by its predecessor's failure.
    private mutating func skipAfterFailures() {
        let width = plan.slots.count
        for index in stages.indices
        where stages[index] == Stage.failed.rawValue || stages[index] == Stage.cancelled.rawValue {
            skipSuccessors(row: index / width * width, slot: index % width)
        }
    }

    private mutating func skipSuccessors(row: Int, slot: Int) {
        for next in successors[slot] where stages[row + next] == Stage.blocked.rawValue {
            stages[row + next] = Stage.skipped.rawValue
            skipSuccessors(row: row, slot: next)
        }
    }

    private mutating func recount() {
        let width = plan.slots.count
        counts = Array(repeating: StageCounts(), count: width)
        unfinished = 0
        for slot in 0..<width where plan.slots[slot].isActive {
            if plan.slots[slot].isWholeCampaign {
                counts[slot][Stage(rawValue: whole[slot]) ?? .blocked] += 1
                continue
            }
            var byStage = [Int](repeating: 0, count: 6)
            for prompt in 0..<plan.prompts
            where plan.retired.isEmpty || !plan.retired.contains(prompt) {
                byStage[Int(stages[prompt * width + slot])] += 1
            }
            for raw in 0..<6 {
                guard let stage = Stage(rawValue: UInt8(raw)) else { continue }
                counts[slot][stage] = byStage[raw]
                if !stage.isFinal { unfinished += byStage[raw] }
            }
        }
    }
}
