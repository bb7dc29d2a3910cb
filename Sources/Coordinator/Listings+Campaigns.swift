import Scheduling
import Store
import Wire

/// Campaigns in listings, and what they have used.
extension Listings {
    func campaigns(_ live: LiveState, _ store: inout Store) throws -> [Answers.Campaign] {
        var rows: [Answers.Campaign] = []
        while true {
            let page = try store.campaigns(after: rows.last?.id ?? 0, limit: 1000)
            for listing in page { rows.append(try campaign(listing, live, &store)) }
            if page.count < 1000 { return rows }
        }
    }

    /// Counts of a campaign that runs come from the machine and those of an ended one from its row.
    ///
    /// Both cost nothing; tasks are counted only for one that ended before counts were kept.
    func campaign(
        _ listing: CampaignListing, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.Campaign {
        var answer = Answers.Campaign(
            id: listing.id, name: listing.name, state: "\(listing.state)")
        answer.reason = listing.reason
        answer.priority = listing.priority
        answer.weight = listing.weight
        answer.labels = listing.labels
        answer.createdAt = iso8601(listing.createdAt)
        answer.finishedAt = listing.finishedAt.map(iso8601)
        answer.pairs = listing.pairs
        if let tally = listing.tally {
            answer.prompts = tally.prompts
            for (kind, counts) in tally.kinds { answer.kinds["\(kind)"] = Answers.Counts(counts) }
        } else if let running = live.campaigns[listing.id] {
            answer.fill(from: running)
        } else {
            answer.prompts = try store.promptCount(of: listing.id)
            for counts in try store.counts(of: listing.id) {
                answer.kinds["\(counts.kind)"] = Answers.Counts(counts)
            }
        }
        answer.tasks = answer.kinds.values.reduce(Answers.Counts(), +)
        return answer
    }

    func cost(_ listing: CampaignListing, _ store: inout Store) throws -> Answers.Cost {
        let listings = try store.cost(of: listing.id)
        var total = Answers.Cost.Row(kind: "all", name: "")
        var rows: [Answers.Cost.Row] = []
        var candidates = 0
        for cost in listings {
            var row = Answers.Cost.Row(kind: "\(cost.kind)", name: cost.name)
            row.tasks = cost.tasks
            row.attempts = cost.attempts
            row.seconds = cost.seconds + cost.failedSeconds
            row.failedSeconds = cost.failedSeconds
            row.slotHours = row.seconds / 3600
            row.gpuHours = row.slotHours * cost.gpus
            rows.append(row)
            total.add(row)
            if cost.kind == .generate || cost.kind == .ingest { candidates += cost.completed }
        }
        let each = candidates > 0 ? 1 / Double(candidates) : nil
        return Answers.Cost(
            campaign: listing.name, rows: rows, total: total, candidates: candidates,
            secondsPerCandidate: each.map { $0 * total.seconds },
            gpuSecondsPerCandidate: each.map { $0 * total.gpuHours * 3600 })
    }
}

extension Answers.Campaign {
    fileprivate mutating func fill(from live: LiveCampaign) {
        prompts = live.status.prompts
        for (kind, counts) in live.kinds { kinds["\(kind)"] = counts }
        running = live.status.leased
        ready = live.status.ready
        waiting = live.status.waiting
        maxRunning = live.status.maxRunning
        maxFailed = live.status.failureLimit
        budgetUsed = live.status.failuresCounted
    }
}

extension Answers.Cost.Row {
    fileprivate mutating func add(_ other: Self) {
        tasks += other.tasks
        attempts += other.attempts
        seconds += other.seconds
        failedSeconds += other.failedSeconds
        slotHours += other.slotHours
        gpuHours += other.gpuHours
    }
}
