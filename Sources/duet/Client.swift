import Foundation
import Linux
import Scheduling
import Wire
import ZeroMQ

/// A connection of the command line to the coordinator.
struct Client: ~Copyable {
    private let context: Context
    private let socket: Socket
    private let endpoint: String
    private var lastID: UInt64 = 0
    /// A request whose reply is kept when it comes while another one is waited for.
    private var kept: UInt64?
    private var early: Reply?

    /// Milliseconds without an answer after which the coordinator counts as unreachable.
    static let patience: Int64 = 5000

    init(_ endpoint: String) throws {
        self.endpoint = endpoint
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.set(.linger(milliseconds: 0))
        try socket.set(.reconnect(milliseconds: 20, limit: 100))
        try socket.set(.maxMessageSize(-1))
        do throws(ZeroMQError) {
            try socket.connect(endpoint)
        } catch {
            throw Failure.usage(
                "\"\(endpoint)\" is not an endpoint of a coordinator (\(error.message)); write it "
                    + "like tcp://head:5570 or ipc:///path/to/coordinator")
        }
        self.context = context
        self.socket = socket
    }

    /// Keeps the reply to a request that was posted, whenever it comes.
    mutating func keepReply(to id: UInt64) {
        kept = id
        early = nil
    }

    /// Sends a request without waiting for its reply; returns its number.
    mutating func post(_ request: Request) throws -> UInt64 {
        lastID += 1
        _ = try socket.send(ClientCodec.encode(request, id: lastID))
        return lastID
    }

    /// Asks and waits; a problem becomes a failure with its exit code.
    mutating func ask(_ request: Request, patience: Int64 = Client.patience) throws -> Reply {
        guard let reply = try reply(to: try post(request), patience: patience) else {
            throw unreachable
        }
        return reply
    }

    /// Waits for the reply to a request that was posted; nil when none came.
    mutating func reply(to id: UInt64, patience: Int64) throws -> Reply? {
        if id == kept, let reply = early.take() { return try checked(reply) }
        let deadline = Clock.monotonic / 1_000_000 + patience
        while let (answered, reply) = try receive(until: deadline) {
            if answered == id || answered == 0 { return try checked(reply) }
            if answered == kept { early = reply }
        }
        return nil
    }

    private func checked(_ reply: Reply) throws -> Reply {
        if case .problem(let code, let message) = reply {
            throw Failure(code: code.exitCode, message: message)
        }
        return reply
    }

    /// The epoch of the coordinator that leads now; it changes when another one takes over.
    ///
    /// Asked again each second: a question goes down with the coordinator that had it.
    mutating func epoch(patience: Int64 = Client.patience) throws -> Int32 {
        var left = patience
        while left > 0 {
            let hello = try post(.hello)
            if case .coordinator(let epoch, _, _) = try reply(to: hello, patience: min(left, 1000))
            {
                return epoch
            }
            left -= 1000
        }
        throw unreachable
    }

    /// The epoch of the coordinator that answers a `hello`; nil when the question was lost.
    ///
    /// Throws when nobody is there.
    mutating func epoch(answering hello: UInt64) throws -> Int32? {
        if case .coordinator(let epoch, _, _) = try reply(to: hello, patience: 1000) {
            return epoch
        }
        _ = try epoch()
        return nil
    }

    private var unreachable: Failure {
        .unreachable(
            "no coordinator answers at \(endpoint); start one with `duet up`, or say where it is "
                + "with --coordinator or DUET_COORDINATOR")
    }

    /// Asks for a listing and returns its JSON.
    mutating func query(_ query: Query, patience: Int64 = 60_000) throws -> Data {
        try answer(to: .query(query), patience: patience)
    }

    /// Asks for JSON that may take long to make; the same request twice must do no harm.
    ///
    /// That nobody is there is noticed before. It is asked once, so that it is not put in line
    /// again and again; only a coordinator that died with it has its successor asked.
    mutating func answer(to request: Request, patience: Int64) throws -> Data {
        let deadline = Clock.monotonic / 1_000_000 + patience
        while true {
            let epoch = try epoch(patience: min(patience, Client.patience))
            let question = try post(request)
            keepReply(to: question)
            var isKnown = true
            while isKnown {
                let left = deadline - Clock.monotonic / 1_000_000
                guard left > 0 else { throw unreachable }
                if let reply = try reply(to: question, patience: min(left, 2000)) {
                    guard case .answer(let json) = reply else {
                        throw Failure.work("the coordinator's answer makes no sense")
                    }
                    return Data(json.utf8)
                }
                isKnown = try self.epoch(patience: min(max(left, 1), Client.patience)) == epoch
            }
        }
    }

    private func receive(until deadline: Int64) throws -> (UInt64, Reply)? {
        while true {
            var poll = PollSet()
            poll.add(socket.pollItem(.readable))
            let left = deadline - Clock.monotonic / 1_000_000
            if left <= 0 { return nil }
            _ = try poll.wait(timeoutMilliseconds: Int(left))
            while let bytes = try socket.receive(dontWait: true) {
                if let reply = try ClientCodec.decode(bytes) { return reply }
            }
        }
    }
}

extension ProblemCode {
    fileprivate var exitCode: Int32 {
        switch self {
        case .failed: 1
        case .usage: 2
        case .notFound: 3
        case .conflict: 4
        case .unavailable: 5
        }
    }
}
