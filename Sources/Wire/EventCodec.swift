import Scheduling
import SwiftProtobuf

extension ClientCodec {
    /// Writes an event for the PUB socket; its topic goes before it in a frame of its own.
    public static func encode(_ event: PublishedEvent) -> [UInt8] {
        var message = PBEvent()
        message.atUs = event.at
        switch event.body {
        case .campaign(let id, let name, let state, let reason):
            message.campaign = .with {
                $0.campaign = id
                $0.name = name
                $0.state = state
                $0.reason = reason
            }
        case .worker(let id, let name, let state):
            message.worker = .with {
                $0.worker = id
                $0.name = name
                $0.state = state
            }
        case .task(let task, let campaign, let worker, let state, let words):
            message.task = .with {
                $0.task = task.rawValue
                $0.campaign = campaign
                $0.worker = worker
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
            body = .campaign(
                event.campaign, name: event.name, state: event.state, reason: event.reason)
        case .worker(let event):
            body = .worker(event.worker, name: event.name, state: event.state)
        case .task(let event):
            body = .task(
                TaskID(rawValue: event.task), campaign: event.campaign, worker: event.worker,
                state: event.state, message: event.message)
        case nil: throw .empty
        }
        return PublishedEvent(at: message.atUs, body: body)
    }
}
