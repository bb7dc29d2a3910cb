import Scheduling
import Wire

/// Any message of the wire, with the codec that is for it.
enum WireMessage: Hashable {
    case fromWorker(FromWorker)
    case toWorker(ToWorker)
    case request(id: UInt64, Request)
    case reply(id: UInt64, Reply)
    case event(PublishedEvent)
    /// As it lies in a worker's spool.
    case spooled(Report)

    var bytes: [UInt8] {
        switch self {
        case .fromWorker(let message): WorkerCodec.encode(message)
        case .toWorker(let message): CoordinatorCodec.encode(message)
        case .request(let id, let request): ClientCodec.encode(request, id: id)
        case .reply(let id, let reply): ClientCodec.encode(reply, id: id)
        case .event(let event): ClientCodec.encode(event)
        case .spooled(let report): WorkerCodec.encode(report)
        }
    }

    /// Reads bytes as whoever gets this kind of message does; nil for one that is not for it.
    func decode(_ bytes: [UInt8]) throws(WireError) -> WireMessage? {
        switch self {
        case .fromWorker, .request:
            switch try CoordinatorCodec.decode(bytes) {
            case .worker(let message): .fromWorker(message)
            case .request(let id, let request): .request(id: id, request)
            }
        case .toWorker:
            if let message = try WorkerCodec.decode(bytes) { .toWorker(message) } else { nil }
        case .reply:
            if let (id, reply) = try ClientCodec.decode(bytes) {
                .reply(id: id, reply)
            } else {
                nil
            }
        case .event: .event(try ClientCodec.decodeEvent(bytes))
        case .spooled: .spooled(try WorkerCodec.decodeReport(bytes))
        }
    }
}
