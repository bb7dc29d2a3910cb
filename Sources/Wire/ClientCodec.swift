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

    /// Writes an event for the PUB socket; its topic goes before it in a frame of its own.
    public static func encode(_ event: PublishedEvent) -> [UInt8] {
        var message = PBEvent()
        message.atUs = event.at
        switch event.body {
        case .campaign(let id, let state, let reason):
            message.campaign = .with {
                $0.campaign = id
                $0.state = state
                $0.reason = reason
            }
        case .worker(let id, let state):
            message.worker = .with {
                $0.worker = id
                $0.state = state
            }
        case .task(let task, let state, let words):
            message.task = .with {
                $0.task = task.rawValue
                $0.state = state
                $0.message = words
            }
        }
        return (try? message.serializedBytes()) ?? []
    }

    /// Reads an event.
    public static func decodeEvent(_ bytes: [UInt8]) throws(WireError) -> PublishedEvent {
        let message: PBEvent
        do { message = try PBEvent(serializedBytes: bytes) } catch { throw .malformed }
        let body: PublishedEvent.Body
        switch message.body {
        case .campaign(let event):
            body = .campaign(event.campaign, state: event.state, reason: event.reason)
        case .worker(let event): body = .worker(event.worker, state: event.state)
        case .task(let event):
            body = .task(
                TaskID(rawValue: event.task), state: event.state, message: event.message)
        case nil: throw .empty
        }
        return PublishedEvent(at: message.atUs, body: body)
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
        case .worker(let selector, let command):
            worker = .with {
                $0.selector = selector
                $0.verb = .init(command)
            }
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
        case .campaign(let body): .campaign(body.selector, try body.verb.command())
        case .worker(let body): .worker(body.selector, try body.verb.command())
        case .query(let body): .query(try body.query())
        case nil: throw .empty
        }
    }
}

extension PBCampaignCommand.Verb {
    init(_ command: CampaignCommand) {
        switch command {
        case .pause: self = .pause
        case .resume: self = .resume
        case .cancel: self = .cancel
        case .kill: self = .kill
        }
    }

    func command() throws(WireError) -> CampaignCommand {
        switch self {
        case .pause: .pause
        case .resume: .resume
        case .cancel: .cancel
        case .kill: .kill
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}

extension PBWorkerCommand.Verb {
    init(_ command: WorkerCommand) {
        switch command {
        case .cordon: self = .cordon
        case .uncordon: self = .uncordon
        case .stop: self = .stop
        }
    }

    func command() throws(WireError) -> WorkerCommand {
        switch self {
        case .cordon: .cordon
        case .uncordon: .uncordon
        case .stop: .stop
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}
