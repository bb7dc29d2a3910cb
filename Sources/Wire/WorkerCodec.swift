public import Scheduling
import SwiftProtobuf

/// What arrives at the coordinator.
public enum Incoming: Hashable, Sendable {
    /// From a worker; with its build when it registers.
    case worker(FromWorker)
    /// From the command line, with the number its reply must carry.
    case request(id: UInt64, Request)
}

/// Bytes ↔ messages, at the coordinator's side of reading.
public enum CoordinatorCodec {
    /// Reads what a peer sent.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> Incoming {
        let frame: PBFromPeer
        do { frame = try PBFromPeer(serializedBytes: bytes) } catch { throw .malformed }
        try WireProtocol.check(frame.protocol)
        switch frame.body {
        case .register(let body): return .worker(.register(try body.registration()))
        case .heartbeat(let body): return .worker(.heartbeat(try body.heartbeat()))
        case .reports(let body):
            var reports: [Report] = []
            reports.reserveCapacity(body.reports.count)
            for report in body.reports { reports.append(try report.report()) }
            return .worker(.reports(session: body.session, reports))
        case .goodbye(let body): return .worker(.goodbye(session: body.session))
        case .request(let body): return .request(id: body.id, try body.request())
        case nil: throw .empty
        }
    }

    /// Writes a message for a worker.
    public static func encode(_ message: ToWorker) -> [UInt8] {
        var frame = PBToPeer()
        frame.protocol = WireProtocol.version
        switch message {
        case .welcome(let epoch, let worker, let heartbeat, let lease):
            frame.welcome = .with {
                $0.epoch = epoch
                $0.worker = worker
                $0.heartbeatMs = heartbeat
                $0.leaseMs = lease
            }
        case .refused(let reason): frame.refused = .with { $0.reason = reason }
        case .alive(let epoch): frame.alive = .with { $0.epoch = epoch }
        case .unknown: frame.unknown = PBUnknown()
        case .assign(let sequence, let assignments):
            frame.assign = PBAssign(sequence: sequence, assignments)
        case .cancel(let attempts):
            frame.cancel = .with { cancel in
                cancel.attempts = attempts.map { attempt in
                    .with {
                        $0.task = attempt.task.rawValue
                        $0.epoch = attempt.attempt.epoch
                        $0.number = attempt.attempt.number
                    }
                }
            }
        case .acknowledge(let sequences):
            frame.acknowledge = .with { $0.sequences = sequences }
        case .drain(let on): frame.drain = .with { $0.on = on }
        case .stop: frame.stop = PBStop()
        }
        return frame.bytes
    }
}

/// Bytes ↔ messages, at a worker.
public enum WorkerCodec {
    /// Writes a message for the coordinator.
    public static func encode(_ message: FromWorker) -> [UInt8] {
        var frame = PBFromPeer()
        frame.protocol = WireProtocol.version
        switch message {
        case .register(let registration): frame.register = PBRegister(registration)
        case .heartbeat(let heartbeat):
            frame.heartbeat = .with {
                $0.session = heartbeat.session
                $0.received = heartbeat.received
                $0.held = heartbeat.held.map(PBHeld.init)
                $0.resident = heartbeat.resident
                $0.loading = heartbeat.loading
                $0.draining = heartbeat.draining
            }
        case .reports(let session, let reports):
            frame.reports = .with {
                $0.session = session
                $0.reports = reports.map(PBReport.init)
            }
        case .goodbye(let session): frame.goodbye = .with { $0.session = session }
        }
        return frame.bytes
    }

    /// Reads what the coordinator sent; nil for a reply to the command line.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> ToWorker? {
        let frame = try PBToPeer.checked(bytes)
        switch frame.body {
        case .welcome(let body):
            return .welcome(
                epoch: body.epoch, worker: body.worker,
                heartbeat: try Bounds.span(body.heartbeatMs, "heartbeat_ms"),
                lease: try Bounds.span(body.leaseMs, "lease_ms"))
        case .refused(let body): return .refused(reason: body.reason)
        case .alive(let body): return .alive(epoch: body.epoch)
        case .unknown: return .unknown
        case .assign(let body):
            return .assign(sequence: body.sequence, try body.decodedAssignments())
        case .cancel(let body):
            return .cancel(
                try body.attempts.map { attempt throws(WireError) in
                    TaskAttempt(
                        task: TaskID(rawValue: attempt.task),
                        attempt: try Bounds.attempt(attempt.epoch, attempt.number))
                })
        case .acknowledge(let body): return .acknowledge(body.sequences)
        case .drain(let body): return .drain(body.on)
        case .stop: return .stop
        case .reply: return nil
        case nil: throw .empty
        }
    }

    /// Reads one report, as it lies in a worker's spool.
    public static func decodeReport(_ bytes: [UInt8]) throws(WireError) -> Report {
        let message: PBReport
        do { message = try PBReport(serializedBytes: bytes) } catch { throw .malformed }
        return try message.report()
    }

    /// Writes one report for a worker's spool.
    public static func encode(_ report: Report) -> [UInt8] {
        (try? PBReport(report).serializedBytes()) ?? []
    }
}

extension PBToPeer {
    var bytes: [UInt8] { (try? serializedBytes()) ?? [] }

    static func checked(_ bytes: [UInt8]) throws(WireError) -> PBToPeer {
        let frame: PBToPeer
        do { frame = try PBToPeer(serializedBytes: bytes) } catch { throw .malformed }
        try WireProtocol.check(frame.protocol)
        return frame
    }
}

extension PBFromPeer {
    var bytes: [UInt8] { (try? serializedBytes()) ?? [] }
}
