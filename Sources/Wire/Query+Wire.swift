import Scheduling
import SwiftProtobuf

extension PBQuery {
    init(_ query: Query) {
        self.init()
        switch query {
        case .campaigns: campaigns = PBQuery.Campaigns()
        case .campaign(let selector): campaign = .with { $0.selector = selector }
        case .campaignFile(let selector): campaignFile = .with { $0.selector = selector }
        case .why(let selector): why = .with { $0.selector = selector }
        case .cost(let selector): cost = .with { $0.selector = selector }
        case .tasks(let campaign, let filter, let after, let limit):
            tasks = .with {
                $0.campaign = campaign
                $0.filter = filter
                $0.after = after
                $0.limit = limit
            }
        case .task(let id): task = .with { $0.task = id }
        case .log(let task, let attempt, let after):
            log = .with {
                $0.task = task
                $0.attempt = attempt
                $0.after = after
            }
        case .workers: workers = PBQuery.Workers()
        case .worker(let selector): worker = .with { $0.selector = selector }
        case .pairs(let campaign, let filter, let after, let limit):
            pairs = .with {
                $0.campaign = campaign
                $0.filter = filter
                $0.after = after
                $0.limit = limit
            }
        case .events(let campaign, let filter, let after, let limit):
            events = .with {
                $0.campaign = campaign
                $0.filter = filter
                $0.after = after
                $0.limit = limit
            }
        case .status: status = PBQuery.Status()
        }
    }

    func query() throws(WireError) -> Query {
        switch body {
        case .campaigns: .campaigns
        case .campaign(let body): .campaign(try Bounds.text(body.selector, "selector"))
        case .campaignFile(let body): .campaignFile(try Bounds.text(body.selector, "selector"))
        case .why(let body): .why(try Bounds.text(body.selector, "selector"))
        case .cost(let body): .cost(try Bounds.text(body.selector, "selector"))
        case .tasks(let body):
            .tasks(
                campaign: try Bounds.text(body.campaign, "campaign"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .task(let body): .task(body.task)
        case .log(let body):
            .log(task: body.task, attempt: body.attempt, after: max(body.after, 0))
        case .workers: .workers
        case .worker(let body): .worker(try Bounds.text(body.selector, "selector"))
        case .pairs(let body):
            .pairs(
                campaign: try Bounds.text(body.campaign, "campaign"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .events(let body):
            .events(
                campaign: try Bounds.text(body.campaign, "campaign"),
                filter: try Bounds.text(body.filter, "filter"), after: body.after,
                limit: Bounds.page(body.limit))
        case .status: .status
        case nil: throw .empty
        }
    }
}

extension PBReply {
    init(_ reply: Reply, id: UInt64) {
        self.init()
        self.id = id
        switch reply {
        case .coordinator(let epoch, let build, let events):
            coordinator = .with {
                $0.epoch = epoch
                $0.build = build
                $0.events = events
            }
        case .submitted(let submitted):
            self.submitted = .with {
                $0.campaign = submitted.campaign
                $0.name = submitted.name
                $0.created = submitted.created
                $0.unchanged = submitted.unchanged
                $0.tasks = submitted.tasks
            }
        case .done(let message): done = .with { $0.message = message }
        case .answer(let json): answer = .with { $0.json = json }
        case .problem(let code, let message):
            problem = .with {
                $0.code = .init(code)
                $0.message = message
            }
        }
    }

    func reply() throws(WireError) -> Reply {
        switch body {
        case .coordinator(let body):
            .coordinator(epoch: body.epoch, build: body.build, events: body.events)
        case .submitted(let body):
            .submitted(
                Reply.Submitted(
                    campaign: body.campaign, name: body.name, created: body.created,
                    unchanged: body.unchanged, tasks: body.tasks))
        case .done(let body): .done(body.message)
        case .answer(let body): .answer(body.json)
        case .problem(let body): .problem(body.code.code, body.message)
        case nil: throw .empty
        }
    }
}

extension PBProblem.Code {
    init(_ code: ProblemCode) {
        switch code {
        case .failed: self = .failed
        case .usage: self = .usage
        case .notFound: self = .notFound
        case .conflict: self = .conflict
        case .unavailable: self = .unavailable
        }
    }

    var code: ProblemCode {
        switch self {
        case .failed, .UNRECOGNIZED: .failed
        case .usage: .usage
        case .notFound: .notFound
        case .conflict: .conflict
        case .unavailable: .unavailable
        }
    }
}
