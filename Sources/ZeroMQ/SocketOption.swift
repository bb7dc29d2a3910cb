import CZeroMQ

/// One setting of a socket; those of connections apply to later `bind` and `connect` calls.
public enum SocketOption: Hashable, Sendable {
    /// How long a closed socket keeps trying to send, in milliseconds; nil is for ever.
    case linger(milliseconds: Int32?)
    /// Most messages queued for one peer before a send would wait; 0 is no limit.
    case sendHighWater(Int32)
    /// Most messages queued from one peer before it is made to wait; 0 is no limit.
    case receiveHighWater(Int32)
    /// The bytes (1 to 255, the first not 0) under which a router knows this socket.
    case routingID([UInt8])
    /// A router reports a peer it does not know instead of dropping the message.
    case routerMandatory(Bool)
    /// A router lets a new connection take over a routing id that is in use.
    case routerHandover(Bool)
    /// Messages are queued only for completed connections.
    case immediate(Bool)
    /// First wait before a connection is tried again and the longest one, in milliseconds.
    case reconnect(milliseconds: Int32, limit: Int32)
    /// Longest wait for a TCP connection to be made, in milliseconds.
    case connectTimeout(milliseconds: Int32)
    /// ZMTP heartbeats: how often, how long to wait for the answer, and how long the peer should.
    ///
    /// All in milliseconds. They notice a vanished machine, not a busy program: libzmq's own
    /// thread answers them.
    case heartbeat(interval: Int32, timeout: Int32, peerTimeout: Int32)
    /// A sub socket receives messages that begin with these bytes.
    case subscribe([UInt8])
    /// A sub socket no longer receives messages that begin with these bytes.
    case unsubscribe([UInt8])
    /// Largest message accepted, in bytes; a peer that sends a larger one is disconnected.
    case maxMessageSize(Int64)
    /// Only the newest message is kept in the queue.
    case conflate(Bool)
    /// Sends an empty message on every new connection, so that a router learns of the peer at once.
    case probeRouter(Bool)
    /// TCP keepalive: idle time and probe interval in seconds, and probes before giving up.
    case tcpKeepalive(idle: Int32, interval: Int32, count: Int32)
    /// Addresses may be IPv6 as well.
    case ipv6(Bool)
}

extension Socket {
    /// Changes one setting.
    public func set(_ option: SocketOption) throws(ZeroMQError) {
        switch option {
        case .linger(let milliseconds): try set(ZMQ_LINGER, milliseconds ?? -1 as Int32, "linger")
        case .sendHighWater(let count): try set(ZMQ_SNDHWM, count, "sendHighWater")
        case .receiveHighWater(let count): try set(ZMQ_RCVHWM, count, "receiveHighWater")
        case .routingID(let bytes): try set(ZMQ_ROUTING_ID, bytes, "routingID")
        case .routerMandatory(let on): try set(ZMQ_ROUTER_MANDATORY, on, "routerMandatory")
        case .routerHandover(let on): try set(ZMQ_ROUTER_HANDOVER, on, "routerHandover")
        case .probeRouter(let on): try set(ZMQ_PROBE_ROUTER, on, "probeRouter")
        case .immediate(let on): try set(ZMQ_IMMEDIATE, on, "immediate")
        case .reconnect(let milliseconds, let limit):
            try set(ZMQ_RECONNECT_IVL, milliseconds, "reconnect")
            try set(ZMQ_RECONNECT_IVL_MAX, limit, "reconnect limit")
        case .connectTimeout(let milliseconds):
            try set(ZMQ_CONNECT_TIMEOUT, milliseconds, "connectTimeout")
        case .heartbeat(let interval, let timeout, let peerTimeout):
            try set(ZMQ_HEARTBEAT_IVL, interval, "heartbeat interval")
            try set(ZMQ_HEARTBEAT_TIMEOUT, timeout, "heartbeat timeout")
            try set(ZMQ_HEARTBEAT_TTL, peerTimeout, "heartbeat peerTimeout")
        case .subscribe(let prefix): try set(ZMQ_SUBSCRIBE, prefix, "subscribe")
        case .unsubscribe(let prefix): try set(ZMQ_UNSUBSCRIBE, prefix, "unsubscribe")
        case .maxMessageSize(let size): try set(ZMQ_MAXMSGSIZE, size, "maxMessageSize")
        case .conflate(let on): try set(ZMQ_CONFLATE, on, "conflate")
        case .tcpKeepalive(let idle, let interval, let count):
            try set(ZMQ_TCP_KEEPALIVE, true, "tcpKeepalive")
            try set(ZMQ_TCP_KEEPALIVE_IDLE, idle, "tcpKeepalive idle")
            try set(ZMQ_TCP_KEEPALIVE_INTVL, interval, "tcpKeepalive interval")
            try set(ZMQ_TCP_KEEPALIVE_CNT, count, "tcpKeepalive count")
        case .ipv6(let on): try set(ZMQ_IPV6, on, "ipv6")
        }
    }

    // Almost all options are C ints, so a switch must not become a Swift Int by accident.
    private func set(_ option: Int32, _ on: Bool, _ name: String) throws(ZeroMQError) {
        try set(option, on ? 1 as Int32 : 0, name)
    }

    private func set<Value: FixedWidthInteger>(
        _ option: Int32, _ value: Value, _ name: String
    ) throws(ZeroMQError) {
        var value = value
        let size = MemoryLayout<Value>.size
        let code = unsafe zmq_setsockopt(handle.pointer, option, &value, size)
        guard code == 0 else { throw .last("zmq_setsockopt", "\(name) = \(value)") }
    }

    private func set(_ option: Int32, _ bytes: [UInt8], _ name: String) throws(ZeroMQError) {
        let code = unsafe zmq_setsockopt(handle.pointer, option, bytes, bytes.count)
        guard code == 0 else { throw .last("zmq_setsockopt", "\(name) of \(bytes.count) bytes") }
    }
}
