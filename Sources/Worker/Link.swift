import Scheduling
import Wire
import ZeroMQ

/// A worker's connection to one of its coordinators.
struct Link: ~Copyable {
    /// Ends before the socket that it watches.
    private let monitor: SocketMonitor?
    let socket: Socket

    /// Opens a DEALER to the coordinator at one of the addresses.
    ///
    /// Its routing id is the process's own, so that nothing meant for an earlier process of this
    /// worker reaches it.
    init(
        _ context: Context, _ endpoints: [String], _ index: Int, _ registration: Registration
    ) throws(ZeroMQError) {
        let socket = try Socket(.dealer, in: context)
        try socket.set(.linger(milliseconds: 500))
        let name = registration.identity.utf8.prefix(200)
        try socket.set(.routingID(Array("\(registration.session) ".utf8) + name))
        try socket.set(.probeRouter(true))
        try socket.set(.sendHighWater(10_000))
        try socket.set(.receiveHighWater(10_000))
        try socket.set(.maxMessageSize(Int64(WireProtocol.frameLimit)))
        try socket.set(.reconnect(milliseconds: 50, limit: 200))
        try socket.set(.heartbeat(interval: 2000, timeout: 6000, peerTimeout: 10_000))
        let monitor = endpoints.count > 1 ? try SocketMonitor(of: socket, in: context) : nil
        try socket.connect(endpoints[index])
        self.monitor = monitor
        self.socket = socket
    }

    /// With which a poll notices that the connection is lost; nil with a single address, where
    /// libzmq's own reconnecting is quickest.
    var lossItem: PollItem? {
        switch monitor {
        case .some(let monitor): monitor.pollItem
        case nil: nil
        }
    }

    /// Whether the connection was lost since the last call.
    func isLost() throws(ZeroMQError) -> Bool {
        switch monitor {
        case .some(let monitor): try monitor.hasLostConnection()
        case nil: false
        }
    }
}
