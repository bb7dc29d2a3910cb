import Scheduling
import Testing
import Wire

/// A message with its place in the schema: `Message.field` of the oneof that it stands for.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let message: WireMessage

    init(_ name: String, _ message: WireMessage) {
        self.name = name
        self.message = message
    }

    var testDescription: String { name }
}

/// One of each message, with values at the edges of what may be said.
enum Samples {
    static let all = fromWorkers + reports + toWorkers + requests + queries + replies + events

    static let fromWorkers = [
        Sample("FromPeer.register", .fromWorker(.register(registration))),
        Sample(
            "FromPeer.register with the least",
            .fromWorker(
                .register(
                    Registration(
                        identity: "w", session: 0, node: "", pid: 0,
                        capacity: Capacity(slots: 1), provides: [])))),
        Sample(
            "FromPeer.heartbeat",
            .fromWorker(
                .heartbeat(
                    Heartbeat(
                        session: .max, received: .max, held: held, resident: ["", "wan-1.3b"],
                        loading: ["q-align"], draining: true)))),
        Sample(
            "FromPeer.heartbeat of an idle worker",
            .fromWorker(
                .heartbeat(
                    Heartbeat(session: 1, received: 0, held: [], resident: [], draining: false)))),
        Sample("FromPeer.reports", .fromWorker(.reports(session: 7, outcomes.map(report)))),
        Sample("FromPeer.reports of none", .fromWorker(.reports(session: 0, []))),
        Sample("FromPeer.goodbye", .fromWorker(.goodbye(session: .max))),
    ]

    static let reports = zip(
        [
            "Report.nothing", "Report.files", "Report.files of none", "Report.scores",
            "Report.scores of none", "Report.failure", "Report.failure without words",
            "Report.returned",
        ], outcomes
    ).map { Sample($0, .spooled(report($1))) }

    static let toWorkers = [
        Sample(
            "ToPeer.welcome",
            .toWorker(.welcome(epoch: .max, worker: 1, heartbeat: 1000, lease: 10_000))),
        Sample("ToPeer.refused", .toWorker(.refused(reason: words))),
        Sample("ToPeer.alive", .toWorker(.alive(epoch: 1))),
        Sample("ToPeer.unknown", .toWorker(.unknown)),
        Sample("ToPeer.assign", .toWorker(.assign(sequence: .max, assignments))),
        Sample("ToPeer.assign of none", .toWorker(.assign(sequence: 1, []))),
        Sample(
            "ToPeer.cancel",
            .toWorker(.cancel([TaskAttempt(task: highestTask, attempt: attempt)]))),
        Sample("ToPeer.acknowledge", .toWorker(.acknowledge([0, 1, 300, .max]))),
        Sample("ToPeer.drain", .toWorker(.drain(true))),
        Sample("ToPeer.drain no more", .toWorker(.drain(false))),
        Sample("ToPeer.stop", .toWorker(.stop)),
    ]

    static let requests = [
        Sample("Request.hello", .request(id: 0, .hello)),
        Sample(
            "Request.submit",
            .request(
                id: 1,
                .submit(
                    SubmissionPart(
                        upload: .max, campaign: #"{"name":"düet","seed":18446744073709551615}"#,
                        prompts: [
                            WirePrompt(key: "", text: ""),
                            WirePrompt(
                                key: "p-1", text: words, video: "/clips/1.mp4",
                                audio: "/clips/1.flac"),
                        ], isLast: true)))),
        Sample(
            "Request.submit of nothing",
            .request(
                id: 2,
                .submit(SubmissionPart(upload: 0, campaign: "", prompts: [], isLast: false)))),
        Sample("Request.campaign", .request(id: 3, .campaign("nightly", .pause))),
        Sample("Request.campaign resume", .request(id: 3, .campaign("1", .resume))),
        Sample("Request.campaign cancel", .request(id: 3, .campaign(words, .cancel))),
        Sample("Request.campaign kill", .request(id: 3, .campaign("", .kill))),
        Sample("Request.campaign retry", .request(id: 3, .campaign("7", .retry))),
        Sample("Request.delete", .request(id: 3, .delete(words))),
        Sample("Request.task", .request(id: 3, .task(.max, .retry))),
        Sample("Request.task cancel", .request(id: 3, .task(.min, .cancel))),
        Sample("Request.worker", .request(id: 4, .worker("gpu-1", .cordon))),
        Sample("Request.worker uncordon", .request(id: 4, .worker("7", .uncordon))),
        Sample("Request.worker drain", .request(id: 4, .worker("7", .drain))),
        Sample(
            "Request.worker label",
            .request(
                id: 4, .worker("7", .label(set: ["zone": words, "a": ""], remove: ["b", ""])))),
        Sample(
            "Request.rank",
            .request(
                id: 4, .rank(words, RankRequest(campaign: "{}", name: "v2", isChosen: true)))),
        Sample("Request.rank by no name", .request(id: 4, .rank("7", RankRequest(campaign: "")))),
        Sample(
            "Request.choose_ranking",
            .request(id: 4, .chooseRanking(campaign: words, ranking: "v2"))),
        Sample(
            "Request.submit_round",
            .request(id: 4, .submitRound(document: words, condition: "pairs >= 3"))),
        Sample("Request.round promote", .request(id: 4, .round("r/1", .promote))),
        Sample("Request.round hold", .request(id: 4, .round("r/1", .hold))),
        Sample("Request.round roll back", .request(id: 4, .round("r/1", .rollBack))),
        Sample("Request.round cancel", .request(id: 4, .round(words, .cancel))),
        Sample("Query.rounds", .request(id: 5, .query(.rounds))),
        Sample("Query.round", .request(id: 5, .query(.round(words)))),
        Sample("Query.adapters", .request(id: 5, .query(.adapters))),
        Sample("Query.lineage", .request(id: 5, .query(.lineage("r/1")))),
        Sample(
            "Query.comparison",
            .request(id: 5, .query(.comparison(before: "r/0/evaluate", after: words)))),
        Sample("Request.worker stop", .request(id: .max, .worker(words, .stop))),
    ]

    static let queries = [
        Sample("Query.campaigns", .request(id: 5, .query(.campaigns))),
        Sample("Query.campaign", .request(id: 5, .query(.campaign(words)))),
        Sample(
            "Query.tasks",
            .request(
                id: 5,
                .query(
                    .tasks(
                        campaign: "1", filter: "state = failed", after: .max,
                        limit: Query.pageLimit)))),
        Sample(
            "Query.tasks unfiltered",
            .request(
                id: 5,
                .query(.tasks(campaign: "", filter: "", after: .min, limit: 1)))),
        Sample("Query.task", .request(id: 5, .query(.task(.min)))),
        Sample("Query.workers", .request(id: 5, .query(.workers))),
        Sample(
            "Query.pairs",
            .request(
                id: 5,
                .query(
                    .pairs(
                        campaign: "1", ranking: "", filter: "margin > 0.5", after: -1,
                        limit: 100)))),
        Sample("Query.rankings", .request(id: 5, .query(.rankings("nightly")))),
        Sample(
            "Query.ranking",
            .request(id: 5, .query(.ranking(campaign: "nightly", ranking: "v2")))),
        Sample(
            "Query.ranking_statistics",
            .request(id: 5, .query(.rankingStatistics(campaign: "nightly", ranking: "2")))),
        Sample(
            "Query.ranking_difference",
            .request(
                id: 5, .query(.rankingDifference(campaign: "1", first: "", second: "v2")))),
        Sample(
            "Query.prompt",
            .request(id: 5, .query(.prompt(campaign: "1", ranking: "v2", prompt: words)))),
        Sample(
            "Query.export_header",
            .request(id: 5, .query(.exportHeader(campaign: words, ranking: "")))),
        Sample(
            "Query.export_pairs",
            .request(
                id: 5,
                .query(
                    .exportPairs(
                        campaign: "1", ranking: "v2", filter: "", after: .max, limit: 1)))),
        Sample("Query.campaign_file", .request(id: 5, .query(.campaignFile("nightly")))),
        Sample("Query.why", .request(id: 5, .query(.why("nightly")))),
        Sample("Query.cost", .request(id: 5, .query(.cost("nightly")))),
        Sample("Query.log", .request(id: 5, .query(.log(task: .max, attempt: 2, after: 1 << 20)))),
        Sample("Query.worker", .request(id: 5, .query(.worker("gpu-1")))),
        Sample(
            "Query.events",
            .request(
                id: 5,
                .query(
                    .events(
                        campaign: "", filter: "kind = task_failed", after: -1, limit: 50)))),
        Sample("Query.status", .request(id: 5, .query(.status))),
    ]

    static let replies = [
        Sample(
            "Reply.coordinator",
            .reply(
                id: 1,
                .coordinator(epoch: 3, build: "duet 0.1.0", events: "tcp://127.0.0.1:7412"))),
        Sample(
            "Reply.submitted",
            .reply(
                id: 2,
                .submitted(
                    Reply.Submitted(
                        campaign: 1, name: words, created: true, unchanged: false, tasks: .max)))),
        Sample(
            "Reply.submitted unchanged",
            .reply(
                id: 2,
                .submitted(
                    Reply.Submitted(
                        campaign: .max, name: "", created: false, unchanged: true, tasks: 0)))),
        Sample("Reply.done", .reply(id: 3, .done(words))),
        Sample("Reply.answer", .reply(id: .max, .answer("[]"))),
        Sample("Reply.problem", .reply(id: 4, .problem(.failed, ""))),
        Sample("Reply.problem usage", .reply(id: 4, .problem(.usage, "no such kind"))),
        Sample("Reply.problem not found", .reply(id: 4, .problem(.notFound, words))),
        Sample("Reply.problem conflict", .reply(id: 4, .problem(.conflict, "paused"))),
    ]

    static let events = [
        Sample(
            "Event.campaign",
            .event(
                PublishedEvent(
                    at: .max, body: .campaign(.max, name: "nightly", state: "halted", reason: words)
                ))),
        Sample(
            "Event.worker",
            .event(PublishedEvent(at: .min, body: .worker(12, name: "gpu-1", state: "lost")))),
        Sample(
            "Event.task",
            .event(
                PublishedEvent(
                    at: 0,
                    body: .task(
                        highestTask, campaign: words, worker: "gpu-1", state: "failed",
                        message: "")))),
    ]
}
