import Campaigns
import Scheduling
import Store
import Wire

/// What tasks work on: the catalogs of the campaigns that run, and the files of candidates whose
/// scores are still wanted.
struct TaskInputs {
    private struct Entry {
        var catalog: CampaignCatalog
        var plan: CampaignPlan
    }

    private struct Files {
        var media: [Media]
        /// Score tasks that still want them.
        var wanted: Int
    }

    private var entries: [CampaignID: Entry] = [:]
    private var files: [TaskID: Files] = [:]

    /// A campaign's tasks by kind instead of by recipe.
    func countsByKind(_ status: CampaignStatus) -> [Scheduling.TaskKind: Answers.Counts] {
        guard let plan = entries[status.id]?.plan else { return [:] }
        var counts: [Scheduling.TaskKind: Answers.Counts] = [:]
        for (slot, count) in zip(plan.slots, status.counts) where slot.isActive {
            counts[slot.taskClass.need.kind, default: .init()] =
                (counts[slot.taskClass.need.kind] ?? .init()) + Answers.Counts(count)
        }
        return counts
    }

    /// What the tasks of each recipe of a campaign that runs do.
    func needs(_ campaign: CampaignID) -> [Capability] {
        entries[campaign]?.plan.slots.map(\.taskClass.need) ?? []
    }

    mutating func add(_ catalog: CampaignCatalog, _ plan: CampaignPlan) {
        entries[plan.id] = Entry(catalog: catalog, plan: plan)
    }

    mutating func restore(_ media: [TaskID: [Media]]) {
        for (task, media) in media { keep(media, of: task) }
    }

    mutating func remove(_ campaign: CampaignID) {
        entries[campaign] = nil
        files = files.filter { $0.key.campaign != campaign }
    }

    /// Keeps a candidate's files until its last score is in; one that failed may be tried again.
    mutating func note(_ changes: Changes) {
        for completion in changes.completed {
            switch completion.report.outcome {
            case .completed(.candidate(let media)) where !media.isEmpty:
                keep(media, of: completion.report.task)
            case .completed(.scores): release(completion.report.task)
            default: break
            }
        }
        for change in changes.campaigns where change.state.isFinal { remove(change.campaign) }
    }

    /// The task as it is handed to a worker; nil when its campaign has ended meanwhile.
    func assignment(_ lease: TaskAttempt) -> Assignment? {
        let task = lease.task
        guard let entry = entries[task.campaign] else { return nil }
        let spec = entry.plan.slots[task.slot].taskClass
        var media: [Media]?
        if let source = entry.plan.slots[task.slot].source {
            media = files[candidate(of: task, source)]?.media ?? []
        }
        var input = entry.catalog.input(for: task, media: media)
        // With how many the engine may be given at once.
        input.need = spec.need
        return Assignment(
            task: task, attempt: lease.attempt, resources: spec.resources,
            timeLimit: spec.timeLimit, model: spec.model, input: input)
    }

    private mutating func keep(_ media: [Media], of task: TaskID) {
        guard let entry = entries[task.campaign] else { return }
        let wanted = entry.plan.slots.count { $0.source == task.slot && $0.isActive }
        if wanted > 0 { files[task] = Files(media: media, wanted: wanted) }
    }

    private mutating func release(_ task: TaskID) {
        guard let entry = entries[task.campaign],
            let source = entry.plan.slots[task.slot].source
        else { return }
        let key = candidate(of: task, source)
        guard let wanted = files[key]?.wanted else { return }
        files[key] = wanted > 1 ? Files(media: files[key]?.media ?? [], wanted: wanted - 1) : nil
    }

    private func candidate(of task: TaskID, _ source: Int) -> TaskID {
        TaskID(campaign: task.campaign, prompt: task.prompt, slot: source)
    }
}
