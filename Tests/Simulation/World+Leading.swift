import Preferences
import Scheduling

/// Who leads: the store's lock and epoch, deaths and takeovers.
extension World {
    /// A leader that has not renewed for so many microseconds loses the lock.
    private static let staleAfter: Int64 = 3_000_000

    func start(_ node: Int) {
        guard coordinators[node].role == .down else { return }
        coordinators[node].life += 1
        coordinators[node].role = .standingBy
        timeline.add(.triesToLead(node: node, life: coordinators[node].life), at: now)
    }

    /// The process ends at once: its machine, its batches and its unsent messages are gone.
    func die(_ node: Int) {
        guard coordinators[node].role != .down else { return }
        counts.coordinatorCrashes += 1
        say("c\(node) dies")
        // The store may have done what it was last asked, or not.
        if let batch = coordinators[node].batches.first, coordinators[node].role == .leading,
            random.chance(0.5)
        {
            do throws(StoreRefusal) {
                try commit(batch, of: node)
            } catch {
                if case .contradiction(let account) = error { fail(.oneResult, account) }
            }
        }
        coordinators[node].life += 1
        coordinators[node].role = .down
        coordinators[node].machine = nil
        coordinators[node].inbox.removeAll()
        coordinators[node].routes = [:]
        coordinators[node].batches.removeAll()
        coordinators[node].isSubmitting = false
        coordinators[node].isDraining = false
        coordinators[node].pausedUntil = 0
        if leader?.node == node, random.chance(0.7) { leader = nil }
        let at = now + Int64(random.int(100_000...3_000_000))
        timeline.add(.incident(.coordinatorStarts(node)), at: at)
    }

    func tryToLead(_ node: Int) {
        guard coordinators[node].role == .standingBy else { return }
        let life = coordinators[node].life
        if now < coordinators[node].storeStalledUntil || !lockIsFree {
            return timeline.add(.triesToLead(node: node, life: life), at: now + 200_000)
        }
        counts.takeovers += 1
        leader = (node, life, now)
        let epoch = store.takeLead()
        say("c\(node) leads under epoch \(epoch)")
        coordinators[node].role = .leading
        var config = scenario.config
        if fault == .skipsRollCall {
            config.rollCall = 0
            config.recordAfter = .max / 4
        }
        if fault == .starves { config.starvationBound = .max / 4 }
        var snapshot = store.snapshot(epoch: epoch, at: now / 1000)
        for index in snapshot.campaigns.indices {
            snapshot.campaigns[index].plan = distorted(snapshot.campaigns[index].plan)
        }
        coordinators[node].machine = CoordinatorMachine(
            restoring: snapshot, config: config, at: coordinators[node].clock.reading(at: now))
        coordinators[node].inbox.append(.tick)
        scheduleDrain(node)
        if scenario.flavour == .restarts {
            // Their shells see the old connection break and try the other address at once.
            for index in workers.indices where workers[index].machine != nil {
                workers[index].node = node
                connect(index)
            }
        }
        timeline.add(.renews(node: node, life: life), at: now + 1_000_000)
    }

    func renewLead(_ node: Int) {
        guard coordinators[node].role == .leading else { return }
        let life = coordinators[node].life
        let stalled = coordinators[node].storeStalledUntil
        if now < stalled { return timeline.add(.renews(node: node, life: life), at: stalled) }
        if coordinators[node].machine?.epoch != store.epoch, fault != .ignoresEpoch {
            counts.fenced += 1
            say("c\(node) finds that another leads")
            return die(node)
        }
        if leader?.node == node { leader?.renewed = now }
        timeline.add(.renews(node: node, life: life), at: now + 1_000_000)
    }

    private var lockIsFree: Bool {
        guard let leader else { return true }
        return now - leader.renewed > Self.staleAfter
    }

    /// The plan as a faulty coordinator reads it.
    func distorted(_ plan: CampaignPlan) -> CampaignPlan {
        var plan = plan
        if fault == .ignoresWeights { plan.weight = 1 }
        if fault == .ignoresPriority { plan.priority = 0 }
        return plan
    }

    /// The plan as a store without content-derived numbers keeps it.
    func planted(_ plan: CampaignPlan, isLast: Bool) -> CampaignPlan {
        guard fault == .repeatsWork, isLast else { return plan }
        var plan = plan
        plan.slots += plan.slots.filter { !$0.isWholeCampaign && $0.source == nil }
        return plan
    }

    /// The reports as a coordinator without fences reads them.
    func mistaken(_ reports: [Report], at node: Int) -> [Report] {
        reports.map { report in
            guard case .failed = report.outcome,
                let newest = coordinators[node].newest[report.task]
            else { return report }
            var report = report
            report.attempt = newest.attempt
            return report
        }
    }
}
