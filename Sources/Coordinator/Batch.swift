import Scheduling

/// What a peer is known by on the ROUTER socket.
typealias Route = [UInt8]

/// Steps of the machine that are committed together: first the changes, then what is sent.
struct Batch {
    var changes = Changes()
    var messages: [Outgoing] = []
    var frames: [(route: Route, bytes: [UInt8])] = []

    var isEmpty: Bool { changes.isEmpty && messages.isEmpty && frames.isEmpty }

    /// Rows it will write, as a measure of when to stop collecting.
    var weight: Int {
        changes.emitted.count + changes.completed.count + changes.retried.count
            + changes.ended.count
    }

    mutating func append(_ effects: Effects) {
        changes.append(effects.changes)
        messages += effects.messages
    }
}
