import Scheduling

/// Which campaigns may be leased from, which tasks may start, which a new ranking may make.
struct LeaseOracle {
    private let isStrict: Bool
    private var stopped: Set<CampaignID> = []
    private var started: Set<TaskID> = []
    /// For campaigns whose last change was their ranking: the slots that were there before.
    private var rankOnly: [CampaignID: Int] = [:]

    init(_ scenario: Scenario) { isStrict = scenario.flavour == .restarts }

    /// The operator was told that the campaign leases nothing any more.
    mutating func stops(_ campaign: CampaignID) { stopped.insert(campaign) }

    /// From now on it may lease again.
    mutating func mayLease(_ campaign: CampaignID) { stopped.remove(campaign) }

    func isStopped(_ campaign: CampaignID) -> Bool { stopped.contains(campaign) }

    /// An engine starts a task; false when it had done so before and need not again.
    mutating func starts(_ task: TaskID) -> Bool { started.insert(task).inserted || !isStrict }

    /// A worker died while it ran the task: it may start again.
    mutating func died(_ task: TaskID) { started.remove(task) }

    /// A campaign was stored in a new form.
    mutating func submitted(_ new: CampaignPlan, after old: CampaignPlan?) {
        guard let old, isRankingChange(from: old, to: new) else {
            rankOnly[new.id] = nil
            return
        }
        rankOnly[new.id] = old.slots.count
    }

    /// Whether a task may be made although only the ranking has changed.
    func mayBeEmitted(_ task: TaskID) -> Bool {
        guard let slots = rankOnly[task.campaign] else { return true }
        return task.slot < slots || task.prompt == TaskID.wholeCampaign
    }

    private func isRankingChange(from old: CampaignPlan, to new: CampaignPlan) -> Bool {
        let (a, b) = (
            old.slots.filter { !$0.isWholeCampaign }, new.slots.filter { !$0.isWholeCampaign }
        )
        return old.prompts == new.prompts && old.retired == new.retired && a == b
    }
}

/// All of them.
struct Oracles {
    var capacity: CapacityOracle
    var reports = ReportOracle()
    var sharing: SharingOracle
    var leases: LeaseOracle

    init(_ scenario: Scenario) {
        capacity = CapacityOracle(scenario)
        sharing = SharingOracle(scenario)
        leases = LeaseOracle(scenario)
    }
}
