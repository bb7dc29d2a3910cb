import Scheduling
import SwiftProtobuf

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
