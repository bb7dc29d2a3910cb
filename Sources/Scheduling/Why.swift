import DequeModule
import HeapModule

/// Open tasks of one recipe of which the same is to be said.
public struct WhyGroup: Hashable, Sendable {
    /// The recipe's number.
    public var slot: Int
    /// How many there are.
    public var count: Int
    /// One of them; nil for tasks that are not emitted yet.
    public var example: TaskID?
    /// What keeps that one.
    public var explanation: Explanation
}

/// A task that a worker holds.
public struct HeldLease: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The attempt's number.
    public var attempt: Int32
    /// Whether it runs, as far as is known.
    public var isRunning: Bool
    /// Milliseconds since it began, or since it was leased.
    public var elapsed: Int64
}

extension CoordinatorMachine {
    /// Most waits and leases that are looked at for one answer.
    private static let sample = 5000

    /// What keeps the open tasks of a campaign, by recipe; of very many only a part is looked at.
    public func why(_ id: CampaignID, at now: Instant) -> [WhyGroup] {
        guard let place = campaigns.place(of: id) else { return [] }
        let slots = campaigns.records[place].classes
        var groups: [WhyGroup] = []
        for (slot, index) in slots.enumerated() {
            let queue = classes[Int(index)]
            let first = queue.entries.first { task in
                tasks[task].map { $0.state == .ready && $0.classIndex == index } ?? false
            }
            guard queue.ready > 0, let first else { continue }
            groups.append(
                WhyGroup(
                    slot: slot, count: queue.ready, example: first,
                    explanation: explain(first, at: now)))
        }
        groups += waits(of: id, at: now) + leases(of: id, at: now)
        for (slot, count) in campaigns.records[place].planner.counts.enumerated() {
            let plan = campaigns.records[place].planner.plan
            guard count[.blocked] > 0, plan.slots[slot].isActive else { continue }
            let explanation: Explanation
            if let source = plan.slots[slot].source {
                explanation = .blockedBy(TaskID(campaign: id, prompt: 0, slot: source))
            } else {
                explanation = plan.slots[slot].isWholeCampaign ? .comesLast : .beyondWindow
            }
            groups.append(
                WhyGroup(slot: slot, count: count[.blocked], example: nil, explanation: explanation)
            )
        }
        return groups
    }

    /// What a worker holds: what runs first, the longest before.
    public func held(by worker: WorkerID, limit: Int, at now: Instant) -> [HeldLease] {
        guard let place = workers.place(of: worker) else { return [] }
        var held: [HeldLease] = []
        for (task, lease) in workers.records[place].leases {
            held.append(
                HeldLease(
                    task: task, attempt: lease.attempt.number,
                    isRunning: lease.isRunning,
                    elapsed: now - (lease.started ?? lease.assigned)))
        }
        held.sort {
            ($0.isRunning ? 0 : 1, -$0.elapsed, $0.task) < (
                $1.isRunning ? 0 : 1, -$1.elapsed, $1.task
            )
        }
        return Array(held.prefix(limit))
    }

    private func waits(of id: CampaignID, at now: Instant) -> [WhyGroup] {
        var found: [Int: WhyGroup] = [:]
        for entry in backoffs.unordered.prefix(Self.sample) where entry.task.campaign == id {
            guard let record = tasks[entry.task], record.state == .waiting, record.due == entry.due
            else { continue }
            add(entry.task, to: &found, at: now)
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private func leases(of id: CampaignID, at now: Instant) -> [WhyGroup] {
        var found: [Int: WhyGroup] = [:]
        var seen = 0
        for worker in workers.keys {
            guard let place = workers.place(of: worker), seen < Self.sample else { continue }
            for task in workers.records[place].leases.keys.prefix(Self.sample - seen) {
                seen += 1
                if task.campaign == id { add(task, to: &found, at: now) }
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private func add(_ task: TaskID, to groups: inout [Int: WhyGroup], at now: Instant) {
        if let known = groups[task.slot]?.example {
            groups[task.slot]?.count += 1
            // The same example whichever comes first.
            if known < task { return }
            groups[task.slot]?.example = task
            groups[task.slot]?.explanation = explain(task, at: now)
        } else {
            groups[task.slot] = WhyGroup(
                slot: task.slot, count: 1, example: task, explanation: explain(task, at: now))
        }
    }
}
