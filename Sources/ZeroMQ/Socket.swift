import CZeroMQ
import Glibc

/// What a socket is for.
public enum SocketKind: Hashable, Sendable {
    /// Knows its peers by routing id; the first frame of a message names the peer.
    case router
    /// Talks to one or more peers without naming them.
    case dealer
    /// Sends to all subscribers; drops for those that are too slow.
    case pub
    /// Receives what it subscribed to.
    case sub
    /// Talks to exactly one peer.
    case pair

    fileprivate var number: Int32 {
        switch self {
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .pub: ZMQ_PUB
        case .sub: ZMQ_SUB
        case .pair: ZMQ_PAIR
        }
    }
}

/// A libzmq socket.
///
/// It belongs to the thread that made it, and closes when it goes out of scope.
public struct Socket: ~Copyable {
    let handle: SocketHandle

    /// Opens a socket of a kind in `context`.
    public init(_ kind: SocketKind, in context: Context) throws(ZeroMQError) {
        guard let pointer = unsafe zmq_socket(context.handle, kind.number) else {
            throw .last("zmq_socket", "\(kind)")
        }
        handle = unsafe SocketHandle(pointer, context)
    }

    deinit { handle.close() }

    /// Accepts connections at an endpoint such as `tcp://127.0.0.1:7700` or `ipc:///run/x.sock`.
    ///
    /// The port may be `*`; `lastEndpoint` then says which one it got. An ipc path must stay
    /// below 108 bytes.
    public func bind(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_bind(handle.pointer, endpoint) == 0 else {
            throw .last("zmq_bind", endpoint)
        }
    }

    /// Stops accepting connections at an endpoint, spelled as `lastEndpoint` gave it.
    public func unbind(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_unbind(handle.pointer, endpoint) == 0 else {
            throw .last("zmq_unbind", endpoint)
        }
    }

    /// Connects to an endpoint in the background, and again whenever the connection is lost.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_connect(handle.pointer, endpoint) == 0 else {
            throw .last("zmq_connect", endpoint)
        }
    }

    /// Ends the connection to an endpoint, spelled as `connect` was given it.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_disconnect(handle.pointer, endpoint) == 0 else {
            throw .last("zmq_disconnect", endpoint)
        }
    }

    /// The endpoint last bound or connected, with the real port in place of `*`.
    public var lastEndpoint: String {
        get throws(ZeroMQError) {
            var text = [UInt8](repeating: 0, count: 512)
            var size = text.count
            guard unsafe zmq_getsockopt(handle.pointer, ZMQ_LAST_ENDPOINT, &text, &size) == 0
            else { throw .last("zmq_getsockopt", "lastEndpoint") }
            return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Makes an item with which a `PollSet` waits for this socket.
    public func pollItem(_ events: PollEvents) -> PollItem {
        PollItem(target: .socket(handle), events: events)
    }
}

/// The pointer of an open socket, shared with the poll sets that wait for it.
///
/// A poll set may outlive a socket; the handle makes that a trap instead of a wild pointer.
@safe final class SocketHandle {
    private var openPointer: UnsafeMutableRawPointer?
    private let context: Context

    init(_ pointer: UnsafeMutableRawPointer, _ context: Context) {
        unsafe openPointer = pointer
        self.context = context
    }

    var pointer: UnsafeMutableRawPointer {
        guard let pointer = unsafe openPointer else {
            fatalError("a poll set waits for a socket that has been closed")
        }
        return unsafe pointer
    }

    func close() {
        unsafe _ = zmq_close(pointer)
        unsafe openPointer = nil
    }
}
