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
            waitingWrites.append(
                .submit(
                    WriterJob.Upload(
                        campaign: whole.campaign, prompts: whole.prompts, route: route,
                        request: id)))
        case .campaign, .delete, .task, .worker, .rank, .chooseRanking, .submitRound, .round:
            do throws(Problem) {
                if let message = try carryOut(request, id: id, route: route) {
                    reply(.done(message), id: id, route: route)
                }
            } catch {
                reply(error.reply, id: id, route: route)
            }
        case .query(let query):
            do throws(Problem) {
                let live = try live(for: query)
                reader.ask(ReaderJob(query: query, live: live, route: route, request: id))
            } catch {
                reply(error.reply, id: id, route: route)
            }
        }
    }

    /// Replies leave with the batch, so that what they say is durable.
    mutating func reply(_ reply: Reply, id: UInt64, route: Route) {
        pending.frames.append((route, ClientCodec.encode(reply, id: id)))
    }

    /// A submission is written: the machine learns of it, and its client when it is committed
    /// together with the tasks that follow from it.
    mutating func admit(_ submission: Submission, _ job: WriterJob.Upload) {
        let id = submission.snapshot.plan.id
        if noteWritten(id) {
            // The campaign ended while its new form was written, so the stages that were read
            // are out of date; writing it again is harmless and reads them anew.
            waitingWrites.append(.submit(job))
            return
        }
        pending.hasSubmission = true
        inputs.add(submission.catalog, submission.snapshot.plan)
        campaignNames[id] = submission.catalog.campaign.name
        inputs.restore(submission.candidateMedia)
        collect(machine.handle(.submitted(submission.snapshot), at: now))
        if machine.campaignStatus(id) == nil { inputs.remove(id) }
        if !submission.unchanged {
            pending.announced.append(
                .campaign(
                    id, name: submission.catalog.campaign.name,
                    state: submission.snapshot.state.description,
                    reason: submission.created ? "submitted" : "changed"))
        }
        guard !job.isForRound else {
            return pending.ofRounds.append(submission.catalog.campaign.name)
        }
        let total = CampaignPlanner(submission.snapshot.plan).totals.total
        reply(
            .submitted(
                Reply.Submitted(
                    campaign: id, name: submission.catalog.campaign.name,
                    created: submission.created,
                    unchanged: submission.unchanged, tasks: Int64(total))),
            id: job.request, route: job.route)
    }

    /// Counts a write as done; true when the campaign ended while the writer read it.
    @discardableResult
    mutating func noteWritten(_ id: CampaignID) -> Bool {
        submissionsInFlight -= 1
        let isStale = endedMeanwhile.contains(id)
        if submissionsInFlight == 0 { endedMeanwhile = [] }
        return isStale
    }

    /// What only the machine knows of the things asked for.
    private func live(for query: Query) throws(Problem) -> LiveState {
        var live = LiveState(names: campaignNames)
        live.isRollCall = machine.isInRollCall
        live.lease = options.scheduling.lease
        switch query {
        case .campaigns: addCampaigns(machine.campaignStatuses(), to: &live)
        case .campaign(let selector):
            let id = try Selection.campaign(selector, among: campaignNames)
            addCampaigns(machine.campaignStatus(id).map { [$0] } ?? [], to: &live)
        case .why(let selector):
            let id = try Selection.campaign(selector, among: campaignNames)
            addCampaigns(machine.campaignStatus(id).map { [$0] } ?? [], to: &live)
            live.workers = machine.workerStatuses(at: now)
            live.why = machine.why(id, at: now)
        case .workers: live.workers = machine.workerStatuses(at: now)
        case .worker(let selector):
            live.workerNumbers = machine.workerNumbers
            let id = try Selection.worker(selector, among: live.workerNumbers)
            live.workers = machine.workerStatus(id, at: now).map { [$0] } ?? []
            live.held = machine.held(by: id, limit: 200, at: now)
            live.operatorLabels = machine.operatorLabels(of: id)
            addCampaigns(machine.campaignStatuses(), to: &live)
        case .task(let id), .log(let id, _, _):
            live.explanation = machine.explain(TaskID(rawValue: id), at: now)
        case .status: live.status = status()
        case .campaignFile, .cost, .tasks, .events: break
        case .pairs, .rankings, .ranking, .rankingStatistics, .rankingDifference, .prompt,
            .exportHeader, .exportPairs, .rounds, .round, .adapters, .lineage, .comparison:
            break
        }
        return live
    }

    private func addCampaigns(_ statuses: [CampaignStatus], to live: inout LiveState) {
        for status in statuses {
            live.campaigns[status.id] = LiveCampaign(
                status: status, kinds: inputs.countsByKind(status), needs: inputs.needs(status.id))
        }
    }

    private func status() -> Answers.Status {
        var status = Answers.Status()
        status.epoch = machine.epoch
        status.pid = ProcessUsage.processID
        status.build = WireProtocol.build
        status.uptimeSeconds = Double((Clock.monotonic - started) / 1_000_000) / 1000
        status.completed = counters.completed
        status.batches = counters.batches
        status.malformed = peers.malformed
        status.firstLeaseMs = counters.firstLease
        status.openTasks = machine.population.tasks
        let workers = machine.workerStatuses(at: now)
        status.workers = workers.count { $0.isAttached && $0.identity != Ranker.identity }
        status.campaigns = machine.population.campaigns
        status.peakMb = (try? ProcessUsage.memory().peakMiB) ?? 0
        status.cpuUs = ProcessUsage.processorMicroseconds()
        status.artifacts = options.artifacts
        return status
    }
}
