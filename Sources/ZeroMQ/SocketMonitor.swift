import CZeroMQ

/// Tells when a socket loses a connection, which libzmq otherwise mends in silence.
///
/// It belongs to the thread of its socket, and must not outlive it.
public struct SocketMonitor: ~Copyable {
    private let socket: Socket

    /// Watches `watched` from now on; `context` is the one it was made in.
    public init(of watched: borrowing Socket, in context: Context) throws(ZeroMQError) {
        let endpoint = unsafe "inproc://monitor-\(UInt(bitPattern: watched.handle.pointer))"
        let code = unsafe zmq_socket_monitor(
            watched.handle.pointer, endpoint, ZMQ_EVENT_DISCONNECTED)
        guard code == 0 else { throw .last("zmq_socket_monitor", endpoint) }
        let socket = try Socket(.pair, in: context)
        try socket.connect(endpoint)
        self.socket = socket
    }

    /// Makes an item with which a `PollSet` waits for news.
    public var pollItem: PollItem { socket.pollItem(.readable) }

    /// Takes all news; true when a connection was lost since the last call.
    public func hasLostConnection() throws(ZeroMQError) -> Bool {
        var isLost = false
        // Each is two frames, the event and the address, and only one event is subscribed to.
        while try socket.receiveMultipart(dontWait: true, frameLimit: 2) != nil { isLost = true }
        return isLost
    }
}
