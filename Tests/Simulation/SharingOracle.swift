import Scheduling

/// In runs where nothing goes wrong: fair shares, priorities, and no class left waiting too long.
struct SharingOracle {
    private struct Account {
        var weight: Double
        var priority: Int32
        var unassigned: Int
        var isIn = false
        /// Milliseconds of a whole worker, since all campaigns have been in.
        var service = 0.0
        /// When it was last given anything, or first could be.
        var servedAt: Int64 = 0
    }

    private let isMeasured: Bool
    private let starvationBound: Int64
    private let fairBound: Double
    private let slots: Double
    /// Longest wait for a slot, in microseconds.
    private let slack: Int64
    private var accounts: [Account]
    private var allIn = false

    init(_ scenario: Scenario) {
        isMeasured = scenario.flavour == .calm
        starvationBound = scenario.config.starvationBound * 1000
        slots = Double(scenario.workers.first?.registration.capacity.slots ?? 1)
        let means = scenario.campaigns.flatMap { $0.work.map(\.mean) }
        let longest = (means.max() ?? 0) * 1.8 * Double(scenario.longestBatch)
        slack = Int64(longest) * 4 + Int64(scenario.config.prefetchHorizon * 1000) + 500_000
        fairBound =
            Double(scenario.workers.count)
            * (3.5 * longest / 1000 + 2.2 * scenario.config.prefetchHorizon + 400)
        accounts = scenario.campaigns.map { script in
            let plan = script.forms[0]
            return Account(
                weight: plan.weight, priority: plan.priority,
                unassigned: plan.prompts * plan.slots.count)
        }
    }

    mutating func submitted(_ campaign: Int, at now: Int64) {
        guard isMeasured else { return }
        accounts[campaign].isIn = true
        accounts[campaign].servedAt = now
        allIn = accounts.allSatisfy(\.isIn)
    }

    /// A step gave out these tasks, and left so many ready in each campaign.
    mutating func assigned(
        _ tasks: [TaskID], ready: (Int) -> Int, at now: Int64
    ) -> (Oracle, String)? {
        guard isMeasured else { return nil }
        for task in tasks {
            let campaign = Int(task.campaign) - 1
            let account = accounts[campaign]
            let isStarved = now - account.servedAt >= starvationBound - 100_000
            for other in accounts.indices where accounts[other].priority > account.priority {
                if !isStarved && ready(other) > 0 {
                    return (
                        .priority,
                        "campaign \(campaign + 1) is served while \(other + 1) goes first"
                    )
                }
            }
        }
        for task in tasks {
            accounts[Int(task.campaign) - 1].unassigned -= 1
            accounts[Int(task.campaign) - 1].servedAt = now
        }
        for index in accounts.indices where accounts[index].isIn && accounts[index].unassigned > 0 {
            let waited = now - accounts[index].servedAt
            if waited > starvationBound + slack {
                return (
                    .starvation,
                    "campaign \(index + 1) waits for \(waited / 1000) ms and the bound is "
                        + "\(starvationBound / 1000) ms"
                )
            }
        }
        return nil
    }

    /// An attempt of so many microseconds ended.
    mutating func used(_ campaign: Int, microseconds: Int64) -> (Oracle, String)? {
        guard isMeasured, allIn, accounts.allSatisfy({ $0.unassigned > 0 }) else { return nil }
        accounts[campaign].service += Double(microseconds) / 1000 / slots
        for a in accounts.indices {
            for b in accounts.indices where accounts[a].priority == accounts[b].priority {
                let ahead =
                    accounts[a].service / accounts[a].weight
                    - accounts[b].service / accounts[b].weight
                let bound = fairBound / min(accounts[a].weight, accounts[b].weight)
                if ahead > bound {
                    return (
                        .fairness,
                        "campaign \(a + 1) is \(Int(ahead)) ms ahead of \(b + 1) by weight and "
                            + "the bound is \(Int(bound)) ms"
                    )
                }
            }
        }
        return nil
    }
}
