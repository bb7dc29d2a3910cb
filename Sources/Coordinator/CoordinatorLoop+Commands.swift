import Scheduling
import Store
import Wire
import Words

/// What an operator wants to be tried again, and who waits for the answer.
struct Retrial {
    var campaign: CampaignID
    /// The one task; nil for all that failed.
    var task: TaskID?
    var route: Route
    var request: UInt64
}

/// What an operator wishes.
extension CoordinatorLoop {
    /// Carries out a command and says what happens; nil when the answer comes later.
    mutating func carryOut(
        _ request: Request, id: UInt64, route: Route
    ) throws(Problem) -> String? {
        switch request {
        case .campaign(let selector, let command):
            let campaign = try Selection.campaign(selector, among: campaignNames)
            if command == .retry {
                let wish = Retrial(campaign: campaign, route: route, request: id)
                return try retry(wish)
            }
            return try apply(command, to: campaign)
        case .delete(let selector):
            let campaign = try Selection.campaign(selector, among: campaignNames)
            let name = campaignNames[campaign] ?? selector
            if let status = machine.campaignStatus(campaign) {
                throw Problem(
                    code: .conflict,
                    message: "campaign \(name) is \(status.state); end it with `duet campaign "
                        + "cancel \(name)` before it is deleted")
            }
            waitingWrites.append(
                .delete(WriterJob.Wish(campaign: campaign, route: route, request: id)))
            return nil
        case .task(let number, let command):
            let task = TaskID(rawValue: number)
            guard number > 0, campaignNames[task.campaign] != nil else {
                throw Problem(
                    code: .notFound,
                    message: "there is no task \(number); `duet task list` shows those there are")
            }
            if command == .retry {
                let wish = Retrial(
                    campaign: task.campaign, task: task, route: route, request: id)
                return try retry(wish)
            }
            return try cancel(task)
        case .worker(let selector, let command): return try apply(command, toWorker: selector)
        case .rank, .chooseRanking:
            try askForRanking(request, id: id, route: route)
            return nil
        case .submitRound, .round:
            askKeeper(request, id: id, route: route)
            return nil
        case .hello, .submit, .query: return nil
        }
    }

    private mutating func apply(
        _ command: CampaignCommand, to id: CampaignID
    ) throws(Problem) -> String {
        let name = campaignNames[id] ?? "\(id)"
        guard let before = machine.campaignStatus(id) else {
            throw Problem(
                code: .conflict,
                message: "campaign \(name) has ended; `duet campaign show \(name)` says how, and "
                    + "`duet campaign retry \(name)` runs again what failed")
        }
        let words = try CampaignSentence(name: name, before: before).of(command)
        collect(machine.handle(.campaign(id, command), at: now))
        return words
    }

    private mutating func cancel(_ task: TaskID) throws(Problem) -> String {
        let number = task.rawValue
        guard let stage = machine.stage(of: task) else {
            throw Problem(
                code: .conflict,
                message: "the campaign of task \(number) has ended, or its file no longer asks "
                    + "for the task; there is nothing to cancel")
        }
        guard stage == .open || stage == .blocked else {
            throw Problem(
                code: .conflict, message: "task \(number) is \(stage) and cannot be cancelled")
        }
        var words = "task \(number) is cancelled"
        if case .leased(let worker, _, _?, _) = machine.explain(task, at: now) {
            words += "; worker \(worker) is told to stop it"
        }
        let followers = machine.followers(of: task)
        if followers > 0 {
            words +=
                "; \(counted(followers, "task")) that \(followers == 1 ? "waits" : "wait") "
                + "for its result will not run"
        }
        collect(machine.handle(.task(task, .cancel), at: now))
        return words
    }

    private mutating func apply(
        _ command: WorkerCommand, toWorker selector: String
    ) throws(Problem) -> String {
        let id = try Selection.worker(selector, among: machine.workerNumbers)
        let name = machine.identity(of: id) ?? selector
        guard id != rankerID else {
            throw Problem(
                code: .conflict,
                message: "\(name) is the coordinator's own worker, which ranks; it is no worker "
                    + "of yours")
        }
        let status = machine.workerStatus(id, at: now)
        if status?.isAttached != true, !command.isForAbsent {
            throw Problem(
                code: .conflict,
                message: "worker \(name) is not attached; `duet worker show \(name)` says why")
        }
        collect(machine.handle(.worker(id, command), at: now))
        let labels = machine.workerStatus(id, at: now)?.labels
        return command.sentence(name, status, labels ?? machine.operatorLabels(of: id).added)
    }
}

/// Retries, which may have to read an ended campaign back first.
extension CoordinatorLoop {
    /// Sees to a retry in time; the sentence when there is nothing to do.
    private mutating func retry(_ wish: Retrial) throws(Problem) -> String? {
        guard let status = machine.campaignStatus(wish.campaign) else {
            waitingWrites.append(
                .revive(
                    WriterJob.Wish(
                        campaign: wish.campaign, task: wish.task, route: wish.route,
                        request: wish.request)))
            return nil
        }
        let name = campaignNames[wish.campaign] ?? "\(wish.campaign)"
        if status.state == .cancelling {
            throw Problem(
                code: .conflict,
                message: "campaign \(name) is being cancelled; submit it under another name")
        }
        waitingRetries.append(wish)
        return nil
    }

    /// Carries out retries at the beginning of a batch.
    mutating func takeRetries() {
        let wishes = waitingRetries
        waitingRetries = []
        for wish in wishes {
            do throws(Problem) {
                guard machine.campaignStatus(wish.campaign) != nil else {
                    // It has ended meanwhile.
                    if let words = try retry(wish) {
                        reply(.done(words), id: wish.request, route: wish.route)
                    }
                    continue
                }
                let words = try wish.task.map { task throws(Problem) in try sentence(of: task) }
                let event = wish.task.map { Event.task($0, .retry) }
                let effects = machine.handle(event ?? .campaign(wish.campaign, .retry), at: now)
                let said = words ?? retried(wish.campaign, effects.changes)
                collect(effects)
                reply(.done(said), id: wish.request, route: wish.route)
            } catch {
                reply(error.reply, id: wish.request, route: wish.route)
            }
        }
    }

    /// A completed campaign has been read back to be tried again.
    mutating func admit(_ revival: Revival?, _ wish: WriterJob.Wish) {
        if noteWritten(wish.campaign) {
            waitingWrites.append(.revive(wish))
            return
        }
        let name = campaignNames[wish.campaign] ?? "\(wish.campaign)"
        guard let revival else {
            if machine.campaignStatus(wish.campaign) != nil {
                waitingRetries.append(
                    Retrial(
                        campaign: wish.campaign, task: wish.task, route: wish.route,
                        request: wish.request))
                return
            }
            let problem = Problem(
                code: .conflict,
                message: "campaign \(name) was cancelled or deleted and cannot be taken up "
                    + "again; submit it under another name")
            return reply(problem.reply, id: wish.request, route: wish.route)
        }
        pending.hasSubmission = true
        let planner = CampaignPlanner(
            revival.snapshot.plan, stages: revival.snapshot.stages, whole: revival.snapshot.whole)
        inputs.add(revival.catalog, revival.snapshot.plan)
        inputs.restore(revival.candidateMedia)
        let effects = machine.handle(.revived(revival.snapshot, wish.task), at: now)
        let words: String
        if let task = wish.task, effects.changes.reopened.isEmpty,
            effects.changes.withdrawn.isEmpty
        {
            words =
                "task \(task.rawValue) is \(planner.stage(of: task)); only a task that "
                + "failed or was cancelled is tried again"
        } else {
            words = retried(wish.campaign, effects.changes)
        }
        collect(effects)
        if machine.campaignStatus(wish.campaign) == nil { inputs.remove(wish.campaign) }
        reply(.done(words), id: wish.request, route: wish.route)
    }

    mutating func noteDeleted(_ wish: WriterJob.Wish, _ problem: Problem?) {
        noteWritten(wish.campaign)
        if let problem { return reply(problem.reply, id: wish.request, route: wish.route) }
        pending.hasSubmission = true
        let name = campaignNames.removeValue(forKey: wish.campaign) ?? "\(wish.campaign)"
        pending.erased.append(wish.campaign)
        pending.announced.append(
            .campaign(wish.campaign, name: name, state: "deleting", reason: ""))
        reply(
            .done("campaign \(name) is deleted; its rows are being removed"), id: wish.request,
            route: wish.route)
    }

    private func retried(_ id: CampaignID, _ changes: Changes) -> String {
        let name = campaignNames[id] ?? "\(id)"
        let count = changes.reopened.count
        let isRunning = changes.campaigns.contains { $0.state == .running }
        guard count + changes.withdrawn.count > 0 else {
            return "nothing of campaign \(name) has failed"
                + (isRunning && machine.campaignStatus(id) != nil ? "; it runs again" : "")
        }
        var words =
            "campaign \(name): \(counted(count, "failed task")) and what follows from "
            + "\(count == 1 ? "it" : "them") \(count == 1 ? "is" : "are") tried again"
        if count == 0 { words = "campaign \(name) is ranked again" }
        if machine.campaignStatus(id)?.state == .paused { words += ", once it is resumed" }
        return words
    }

    /// What a retry does to a task of a campaign that runs.
    private func sentence(of task: TaskID) throws(Problem) -> String {
        let number = task.rawValue
        switch machine.stage(of: task) {
        case .failed, .cancelled: return "task \(number) is tried again"
        case .open:
            if case .backoff = machine.explain(task, at: now) {
                return "task \(number) need not wait any longer"
            }
            return "task \(number) is under way: \(machine.explain(task, at: now).sentence)"
        case .blocked: return "task \(number) has not begun; it runs when its turn comes"
        case .skipped:
            throw Problem(
                code: .conflict,
                message: "task \(number) did not run because the task before it failed; retry "
                    + "that one, and this one follows")
        case .completed:
            throw Problem(code: .conflict, message: "task \(number) has its result")
        case nil:
            throw Problem(
                code: .conflict,
                message: "the campaign's file no longer asks for task \(number)")
        }
    }
}
