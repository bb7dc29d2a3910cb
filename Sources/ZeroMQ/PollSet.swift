import CZeroMQ
import Glibc

/// What to wait for on a socket or descriptor.
public struct PollEvents: OptionSet, Sendable {
    /// The bits libzmq knows them by.
    public let rawValue: Int16

    /// Makes events from libzmq's bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// A message, or a byte, can be taken.
    public static let readable = PollEvents(rawValue: Int16(ZMQ_POLLIN))
    /// A message, or a byte, can be given.
    public static let writable = PollEvents(rawValue: Int16(ZMQ_POLLOUT))
}

/// One thing a `PollSet` waits for: a socket or a plain descriptor.
public struct PollItem {
    enum Target {
        case socket(SocketHandle)
        case descriptor(Int32)
    }

    let target: Target
    var events: PollEvents

    /// Makes an item for a plain descriptor: a pipe, an eventfd, libpq's socket.
    public static func descriptor(_ descriptor: Int32, _ events: PollEvents) -> PollItem {
        PollItem(target: .descriptor(descriptor), events: events)
    }
}

/// Sockets and descriptors that are waited for together, on the thread that owns the sockets.
///
/// Items are known by their index in the order of `add`. A socket in the set must stay open while
/// `wait` is called.
@safe public struct PollSet {
    private var items: [PollItem] = []
    private var entries: [zmq_pollitem_t] = unsafe []

    /// Makes an empty set.
    public init() {}

    /// How many items there are.
    public var count: Int { items.count }

    /// Adds an item and returns its index.
    @discardableResult
    public mutating func add(_ item: PollItem) -> Int {
        items.append(item)
        unsafe entries.append(zmq_pollitem_t())
        return items.count - 1
    }

    /// Changes what an item waits for; an empty set makes it sleep.
    public mutating func setEvents(_ events: PollEvents, at index: Int) {
        items[index].events = events
    }

    /// Forgets all items and keeps the memory.
    public mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        unsafe entries.removeAll(keepingCapacity: true)
    }

    /// Waits until an item is ready or the time is over; returns how many items are ready.
    ///
    /// A negative timeout waits without end. A signal ends the wait early with 0.
    public mutating func wait(timeoutMilliseconds: Int) throws(ZeroMQError) -> Int {
        for index in items.indices { unsafe entries[index] = Self.entry(items[index]) }
        let count = Int32(items.count)
        let ready = unsafe zmq_poll(&entries, count, timeoutMilliseconds)
        if ready >= 0 { return Int(ready) }
        for index in items.indices { unsafe entries[index].revents = 0 }
        if zmq_errno() == EINTR { return 0 }
        throw .last("zmq_poll", "\(count) items")
    }

    /// Whether the last `wait` found the item readable; so is a descriptor at its end.
    public func readable(at index: Int) -> Bool { ready(index, .readable) }

    /// Whether the last `wait` found the item writable; so is a descriptor that has failed.
    public func writable(at index: Int) -> Bool { ready(index, .writable) }

    // A descriptor that hung up reports an error and nothing else; whoever waits for it must
    // read or write to learn why, so the error counts as the event that was asked for.
    private func ready(_ index: Int, _ events: PollEvents) -> Bool {
        guard items[index].events.contains(events) else { return false }
        return unsafe entries[index].revents & (events.rawValue | Int16(ZMQ_POLLERR)) != 0
    }

    private static func entry(_ item: PollItem) -> zmq_pollitem_t {
        // Without events the item is skipped: descriptor -1 is what poll(2) ignores, and libzmq
        // would report a hang-up nobody waits for.
        guard !item.events.isEmpty else {
            return unsafe zmq_pollitem_t(socket: nil, fd: -1, events: 0, revents: 0)
        }
        return switch item.target {
        case .socket(let handle):
            unsafe zmq_pollitem_t(
                socket: handle.pointer, fd: 0, events: item.events.rawValue, revents: 0)
        case .descriptor(let descriptor):
            unsafe zmq_pollitem_t(
                socket: nil, fd: descriptor, events: item.events.rawValue, revents: 0)
        }
    }
}
