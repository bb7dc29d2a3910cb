import Campaigns
import Scheduling

/// What a campaign file says, in the scheduler's words.
extension CampaignPlan {
    init(
        id: CampaignID, _ campaign: Campaign, recipes: [SlotRecipe], prompts: Int,
        retired: Set<Int>
    ) {
        self.init(
            id: id, priority: Int32(clamping: campaign.priority), weight: campaign.weight,
            maxRunning: campaign.limits.maxRunning,
            failureBudget: FailureBudget(campaign.limits.maxFailed),
            slots: recipes.map { PlanSlot($0, in: campaign) }, prompts: prompts,
            retired: retired)
    }
}

extension PlanSlot {
    init(_ recipe: SlotRecipe, in campaign: Campaign) {
        self.init(
            taskClass: TaskClass(recipe, in: campaign), source: recipe.source,
            isWholeCampaign: recipe.kind.isWholeCampaign, isActive: recipe.isActive)
    }
}

extension TaskClass {
    init(_ recipe: SlotRecipe, in campaign: Campaign) {
        let request = campaign.request(for: recipe.kind.campaignKind)
        let labels = campaign.resources.labels
        self.init(
            need: recipe.need(in: campaign),
            resources: Resources(request),
            // Ranking is the coordinator's own work and needs no worker of a kind.
            labels: recipe.kind == .rank
                ? [] : labels.keys.sorted().map { LabelRule(key: $0, values: labels[$0] ?? []) },
            model: recipe.model,
            timeLimit: min(request.timeoutMilliseconds, longest),
            retry: RetryRule(
                retries: Int32(clamping: campaign.retry.max),
                backoff: min(campaign.retry.backoffMilliseconds, longest),
                crashLimit: Int32(clamping: campaign.retry.crashLimit)))
    }
}

extension SlotRecipe {
    /// What an engine must provide: a scorer is given as many tasks at once as the campaign's file
    /// lets it, any other engine as many as it takes.
    func need(in campaign: Campaign) -> Capability {
        let most = kind == .score ? campaign.score.batch : nil
        return Capability(
            kind: kind, name: name,
            batch: most.map { Int32(clamping: $0) } ?? Capability.largestBatch)
    }
}

extension Resources {
    init(_ request: Campaign.Request) {
        self.init(
            cpus: Int32(clamping: thousandths(request.cpus)), memory: request.memory,
            gpus: Int32(clamping: thousandths(request.gpus)), gpuMemory: request.gpuMemory,
            named: request.named.keys.sorted().map {
                Amount(name: $0, amount: thousandths(request.named[$0] ?? 0))
            })
    }
}

extension FailureBudget {
    init(_ budget: Campaign.FailureBudget?) {
        switch budget {
        case .count(let count): self = .count(count)
        case .percent(let percent): self = .share(percent / 100)
        case nil: self = .count(.max)
        }
    }
}

/// A hundred years in milliseconds: nobody waits longer, and sums of such times do not overflow.
private let longest: Int64 = 100 * 365 * 24 * 3_600_000

private func thousandths(_ amount: Double) -> Int64 { Int64((amount * 1000).rounded()) }
