import Campaigns
import Linux
import Scheduling
import Store
import Wire

/// What the command line asks.
extension CoordinatorLoop {
    mutating func answer(_ request: Request, id: UInt64, route: Route) {
        switch request {
        case .hello:
            reply(
                .coordinator(
                    epoch: machine.epoch, build: WireProtocol.build, events: options.events),
                id: id, route: route)
        case .submit(let part):
            guard let whole = uploads.add(part, from: route) else { return }
            waitingSubmissions.append(
                WriterJob.Upload(
                    campaign: whole.campaign, prompts: whole.prompts, route: route, request: id))
        case .campaign(let selector, let command):
            apply(command, toCampaign: selector, id: id, route: route)
        case .task, .delete:
            reply(
                .problem(.usage, "this coordinator does not do that yet"), id: id, route: route)
        case .worker(let selector, let command):
            apply(command, toWorker: selector, id: id, route: route)
        case .query(let query):
            reader.ask(
                ReaderJob(query: query, live: live(for: query), route: route, request: id))
        }
    }

    /// A submission is written: the machine learns of it, and its client when it is committed
    /// together with the tasks that follow from it.
    mutating func admit(_ submission: Submission, _ job: WriterJob.Upload) {
        submissionsInFlight -= 1
        let id = submission.snapshot.plan.id
        let isStale = endedMeanwhile.contains(id)
        if submissionsInFlight == 0 { endedMeanwhile = [] }
        if isStale {
            // The campaign ended while its new form was written, so the stages that were read
            // are out of date; writing it again is harmless and reads them anew.
            waitingSubmissions.append(job)
            return
        }
        pending.hasSubmission = true
        inputs.add(submission.catalog, submission.snapshot.plan)
        campaignNames[id] = submission.catalog.campaign.name
        inputs.restore(submission.candidateMedia)
        collect(machine.handle(.submitted(submission.snapshot), at: now))
        if machine.campaignStatus(id) == nil { inputs.remove(id) }
        let total = CampaignPlanner(submission.snapshot.plan).totals.total
        reply(
            .submitted(
                Reply.Submitted(
                    campaign: id, name: submission.catalog.campaign.name,
                    created: submission.created,
                    unchanged: submission.unchanged, tasks: Int64(total))),
            id: job.request, route: job.route)
    }

    /// Replies leave with the batch, so that what they say is durable.
    private mutating func reply(_ reply: Reply, id: UInt64, route: Route) {
        pending.frames.append((route, ClientCodec.encode(reply, id: id)))
    }

    private mutating func apply(
        _ command: CampaignCommand, toCampaign selector: String, id: UInt64, route: Route
    ) {
        let number = inputs.names.first { $0.value == selector }?.key ?? CampaignID(selector)
        guard let number, let before = machine.campaignStatus(number) else {
            reply(
                .problem(
                    .notFound,
                    "no campaign \(selector) is running; `duet campaign list` shows all of them"),
                id: id, route: route)
            return
        }
        collect(machine.handle(.campaign(number, command), at: now))
        let name = inputs.names[number] ?? selector
        let message =
            switch command {
            case .pause: "campaign \(name) is paused; \(before.leased) running tasks will finish"
            case .resume: "campaign \(name) goes on"
            case .cancel:
                "campaign \(name) is cancelled; \(before.leased) running tasks will finish"
            case .retry: "campaign \(name) tries again what failed"
            case .kill: "campaign \(name) is cancelled; \(before.leased) running tasks are stopped"
            }
        reply(.done(message), id: id, route: route)
    }

    private mutating func apply(
        _ command: WorkerCommand, toWorker selector: String, id: UInt64, route: Route
    ) {
        let number = machine.worker(named: selector) ?? WorkerID(selector)
        let known = machine.workerStatuses(at: now).first { $0.id == number }
        guard let known else {
            reply(
                .problem(
                    .notFound,
                    "no worker \(selector) is attached; `duet worker list` shows all of them"),
                id: id, route: route)
            return
        }
        collect(machine.handle(.worker(known.id, command), at: now))
        let message =
            switch command {
            case .drain, .label: "worker \(known.identity) is told"
            case .cordon: "worker \(known.identity) gets no new tasks"
            case .uncordon: "worker \(known.identity) gets tasks again"
            case .stop: "worker \(known.identity) finishes \(known.running) tasks and stops"
            }
        reply(.done(message), id: id, route: route)
    }

    /// What only the machine knows of the things asked for.
    private func live(for query: Query) -> LiveState {
        var live = LiveState()
        switch query {
        case .campaigns, .campaign:
            for status in machine.campaignStatuses() {
                live.counts[status.id] = inputs.countsByKind(status)
            }
        case .workers: live.workers = machine.workerStatuses(at: now)
        case .task(let id):
            live.explanation = machine.explain(TaskID(rawValue: id), at: now)
        case .status:
            live.status = status()
        default: break
        }
        return live
    }

    private func status() -> Answers.Status {
        var status = Answers.Status()
        status.epoch = machine.epoch
        status.pid = ProcessUsage.processID
        status.build = WireProtocol.build
        status.uptimeSeconds = Double(Clock.monotonic - started) / 1e9
        status.completed = counters.completed
        status.batches = counters.batches
        status.malformed = peers.malformed
        status.firstLeaseMs = counters.firstLease
        status.openTasks = machine.population.tasks
        status.workers = max(machine.population.workers - 1, 0)
        status.campaigns = machine.population.campaigns
        status.peakMb = (try? ProcessUsage.memory().peakMiB) ?? 0
        status.cpuUs = ProcessUsage.processorMicroseconds()
        status.artifacts = options.artifacts
        return status
    }
}
