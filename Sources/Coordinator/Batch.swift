import Scheduling

/// What a peer is known by on the ROUTER socket.
typealias Route = [UInt8]

/// Steps of the machine that are committed together: first the changes, then what is sent.
struct Batch {
    var changes = Changes()
    var messages: [Outgoing] = []
    var frames: [(route: Route, bytes: [UInt8])] = []

    /// Set when a submission waits to be committed with it.
    var hasSubmission = false

    /// Whether something must be durable before it may speak.
    var mustCommit: Bool { hasSubmission || !changes.isEmpty }

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
