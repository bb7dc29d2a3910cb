import Foundation
import Linux
import Wire
import ZeroMQ

/// A peer that sends what it likes: a DEALER without the program's manners.
struct RawPeer: ~Copyable {
    private let context: Context
    private let socket: Socket
    private var lastID: UInt64 = 0

    /// Connects under a name by which the coordinator's log shows it.
    init(_ name: String, to endpoint: String) throws {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.set(.routingID(Array(name.utf8)))
        try socket.set(.linger(milliseconds: 5000))
        try socket.connect(endpoint)
        self.context = context
        self.socket = socket
    }

    /// Sends a message of so many frames.
    func send(_ frames: [[UInt8]]) throws {
        for (index, frame) in frames.enumerated() {
            _ = try socket.send(frame, index + 1 < frames.count ? .more : [])
        }
    }

    /// Waits for the next frame.
    func receive() throws -> [UInt8] {
        try awaited("the coordinator answered") { try socket.receive(dontWait: true) }
    }

    /// Asks for a listing and returns its JSON.
    mutating func query(_ query: Query) throws -> String {
        let reply = try ask(.query(query))
        guard case .answer(let json) = reply else { throw NoAnswer(reply: reply) }
        return json
    }

    /// Asks for a listing and reads it.
    mutating func query<Answer: Decodable>(
        _ query: Query, as type: Answer.Type = Answer.self
    ) throws -> Answer {
        try decoded(type, from: try self.query(query))
    }

    /// Asks for something and returns what the coordinator says.
    mutating func ask(_ request: Request) throws -> Reply {
        lastID += 1
        try send([ClientCodec.encode(request, id: lastID)])
        while true {
            guard let (id, reply) = try ClientCodec.decode(receive()), id == lastID else {
                continue
            }
            return reply
        }
    }

    private struct NoAnswer: Error { var reply: Reply }
}

/// Connects to a Unix socket and writes bytes that are not even ZeroMQ.
func writeBytes(_ bytes: [UInt8], toSocketOf endpoint: String) throws {
    let path = endpoint.dropFirst("ipc://".count)
    let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(connection) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let connected = withUnsafeBytes(of: &address) { bytes in
        bytes.baseAddress.map {
            connect(connection, $0.assumingMemoryBound(to: sockaddr.self), size)
        }
    }
    guard connected == 0 else { throw SystemError(call: "connect", errno: errno) }
    // The other side may hang up in the middle, which is its right.
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
}
