import Scheduling
import Store
import Wire
import Words

/// Why a campaign does not run or end.
extension Listings {
    func why(
        _ listing: CampaignListing, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.Why {
        let campaign = try campaign(listing, live, &store)
        var groups: [Answers.Why.Group] = []
        if let running = live.campaigns[listing.id] {
            groups = live.why.map { self.group($0, running, listing.name) }
        }
        if campaign.tasks.failed > 0 { groups += try failures(listing, &store) }
        return Answers.Why(
            campaign: listing.name, state: campaign.state,
            sentences: sentences(campaign, live), groups: groups)
    }

    private func sentences(_ campaign: Answers.Campaign, _ live: LiveState) -> [String] {
        let name = campaign.name
        let tasks = campaign.tasks
        var sentences: [String] = []
        switch campaign.state {
        case "completed":
            return ended(campaign)
        case "cancelled":
            return [
                "it was cancelled: \(grouped(tasks.completed)) of "
                    + "\(counted(tasks.total, "task")) have a result"
            ]
        case "paused":
            sentences.append(
                "it is paused: nothing new is leased until `duet campaign resume \(name)`")
        case "halted": sentences.append("it is halted: \(campaign.reason)")
        case "cancelling":
            sentences.append(
                "it is being cancelled: \(counted(campaign.running, "running task")) must end first"
            )
        default: break
        }
        sentences.append(
            "of \(counted(tasks.total, "task")) \(grouped(tasks.completed)) have a result, "
                + "\(grouped(campaign.running)) are with workers, "
                + "\(grouped(campaign.ready)) could run, "
                + "\(grouped(campaign.waiting)) wait after a failure, "
                + "\(grouped(tasks.blocked)) have not begun, \(grouped(tasks.failed)) failed")
        let attached = live.workers.filter { $0.isAttached && $0.identity != Ranker.identity }
        if attached.isEmpty {
            sentences.append("no worker is attached; start one with `duet worker start`")
        } else if attached.allSatisfy({ $0.isCordoned || $0.state == .draining }) {
            sentences.append(
                "all \(counted(attached.count, "worker")) attached are cordoned or draining")
        }
        if live.isRollCall {
            sentences.append("the coordinator has just started and waits for its workers")
        }
        if let most = campaign.maxRunning, campaign.running >= most {
            sentences.append("it has its limits.max_running of \(counted(most, "task")) leased")
        }
        if let limit = campaign.maxFailed, campaign.budgetUsed > 0 {
            sentences.append(
                "\(grouped(campaign.budgetUsed)) of the \(counted(limit, "failure")) that its "
                    + "limits.max_failed allows are used; one more than that halts it")
        }
        return sentences
    }

    private func ended(_ campaign: Answers.Campaign) -> [String] {
        let tasks = campaign.tasks
        guard tasks.failed + tasks.cancelled > 0 else {
            return ["it has completed: all \(counted(tasks.total, "task")) have a result"]
        }
        var sentences = [
            "it has completed: \(grouped(tasks.completed)) of "
                + "\(counted(tasks.total, "task")) have a result, "
                + "\(grouped(tasks.failed)) failed, \(grouped(tasks.cancelled)) were cancelled "
                + "and \(grouped(tasks.skipped)) did not run because of that"
        ]
        if tasks.failed > 0 {
            sentences.append(
                "`duet campaign retry \(campaign.name)` runs what failed again, and what follows "
                    + "from it")
        }
        return sentences
    }

    private func group(
        _ group: WhyGroup, _ live: LiveCampaign, _ campaign: String
    ) -> Answers.Why.Group {
        let need = live.needs[group.slot]
        var sentence = group.explanation.sentence
        if group.example == nil, case .blockedBy(let task) = group.explanation {
            let before = live.needs[task.slot]
            sentence = "they wait for the \(before.kind) tasks of \(before.name) before them"
        }
        let next = group.example.map { "duet task show \($0.rawValue)" }
        return Answers.Why.Group(
            sentence: sentence, count: group.count, kind: "\(need.kind)", name: need.name,
            example: group.example?.rawValue ?? 0, next: next ?? "")
    }

    private func failures(
        _ listing: CampaignListing, _ store: inout Store
    ) throws -> [Answers.Why.Group] {
        try store.failures(of: listing.id).map { failure in
            let logs = AttemptLogs(artifacts: artifacts, task: failure.example)
            let what =
                failure.crashes > 0 && failure.failures == 0
                ? "lost \(counted(Int(failure.crashes), "worker"))"
                : "failed \(failure.failures <= 1 ? "once" : "\(failure.failures) times")"
            let such = failure.variants > 1 ? ", for example" : ""
            return Answers.Why.Group(
                sentence: "\(what)\(such): \(failure.line)", count: failure.count,
                kind: "\(failure.kind)", name: failure.name, example: failure.example.rawValue,
                next: "duet task logs \(failure.example.rawValue)",
                logTail: logs.tail(of: logs.newest))
        }
    }
}
