import Scheduling
import SwiftProtobuf

/// Bytes ↔ messages of the command line.
public enum ClientCodec {
    /// Writes a request that the reply to will carry `id`.
    public static func encode(_ request: Request, id: UInt64) -> [UInt8] {
        var frame = PBFromPeer()
        frame.protocol = WireProtocol.version
        frame.request = PBRequest(request, id: id)
        return frame.bytes
    }

    /// Writes a reply.
    public static func encode(_ reply: Reply, id: UInt64) -> [UInt8] {
        var frame = PBToPeer()
        frame.protocol = WireProtocol.version
        frame.reply = PBReply(reply, id: id)
        return frame.bytes
    }

    /// Reads a reply; nil for a message meant for a worker.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> (id: UInt64, Reply)? {
        let frame = try PBToPeer.checked(bytes)
        switch frame.body {
        case .reply(let body): return (body.id, try body.reply())
        case .refused(let body): return (0, .problem(.conflict, body.reason))
        case nil: throw .empty
        default: return nil
        }
    }
}

extension PBRequest {
    init(_ request: Request, id: UInt64) {
        self.init()
        self.id = id
        switch request {
        case .hello: hello = PBHello()
        case .submit(let part):
            submit = .with {
                $0.upload = part.upload
                $0.campaignJson = part.campaign
                $0.last = part.isLast
                $0.prompts = part.prompts.map { prompt in
                    .with {
                        $0.key = prompt.key
                        $0.text = prompt.text
                        $0.video = prompt.video
                        $0.audio = prompt.audio
                    }
                }
            }
        case .campaign(let selector, let command):
            campaign = .with {
                $0.selector = selector
                $0.verb = .init(command)
            }
        case .rank(let selector, let wish):
            rank = .with {
                $0.selector = selector
                $0.campaignJson = wish.campaign
                $0.name = wish.name
                $0.isChosen = wish.isChosen
            }
        case .chooseRanking(let campaign, let ranking):
            chooseRanking = .with {
                $0.selector = campaign
                $0.ranking = ranking
            }
        case .submitRound(let document, let condition):
            submitRound = .with {
                $0.document = document
                $0.condition = condition
            }
        case .round(let selector, let command):
            round = .with {
                $0.selector = selector
                $0.verb = .init(command)
            }
        case .delete(let selector): delete = .with { $0.selector = selector }
        case .task(let id, let command):
            task = .with {
                $0.task = id
                $0.verb = .init(command)
            }
        case .worker(let selector, let command):
            worker = PBWorkerCommand(selector, command)
        case .query(let query): self.query = PBQuery(query)
        }
    }

    func request() throws(WireError) -> Request {
        switch body {
        case .hello: .hello
        case .submit(let part):
            .submit(
                SubmissionPart(
                    upload: part.upload, campaign: part.campaignJson,
                    prompts: part.prompts.map {
                        WirePrompt(key: $0.key, text: $0.text, video: $0.video, audio: $0.audio)
                    },
                    isLast: part.last))
        case .campaign(let body):
            .campaign(try Bounds.text(body.selector, "selector"), try body.verb.command())
        case .rank(let body):
            .rank(
                try Bounds.text(body.selector, "selector"),
                RankRequest(
                    campaign: body.campaignJson, name: try Bounds.text(body.name, "name"),
                    isChosen: body.isChosen))
        case .chooseRanking(let body):
            .chooseRanking(
                campaign: try Bounds.text(body.selector, "selector"),
                ranking: try Bounds.text(body.ranking, "ranking"))
        case .submitRound(let body):
            .submitRound(
                document: body.document, condition: try Bounds.text(body.condition, "condition"))
        case .round(let body):
            .round(try Bounds.text(body.selector, "selector"), try body.verb.command())
        case .delete(let body): .delete(try Bounds.text(body.selector, "selector"))
        case .task(let body): .task(body.task, try body.verb.command())
        case .worker(let body):
            .worker(try Bounds.text(body.selector, "selector"), try body.command())
        case .query(let body): .query(try body.query())
        case nil: throw .empty
        }
    }
}
