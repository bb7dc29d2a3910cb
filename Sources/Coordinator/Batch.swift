import Scheduling
import Wire

/// What a peer is known by on the ROUTER socket.
typealias Route = [UInt8]

/// Whom a message of the machine is for.
enum Receiver {
    case peer(Route)
    case ranker
}

/// Steps of the machine that are committed together: first the changes, then what is sent.
struct Batch {
    var changes = Changes()
    var messages: [(message: Outgoing.Message, to: Receiver)] = []
    var frames: [(route: Route, bytes: [UInt8])] = []
    /// What listeners are told besides the changes.
    var announced: [PublishedEvent.Body] = []
    /// Campaigns marked as deleted with it, whose rows go once that is durable.
    var erased: [CampaignID] = []

    /// Campaigns of rounds submitted with it, of which the keeper learns once they are durable.
    var ofRounds: [String] = []

    /// Set when a submission waits to be committed with it.
    var hasSubmission = false

    /// Whether something must be durable, or the epoch verified, before it may speak: a former
    /// leader must not acknowledge even what changes nothing.
    var mustCommit: Bool { hasSubmission || hasAcknowledgement || !changes.isEmpty }
    private var hasAcknowledgement = false

    /// Whether a campaign is in another state than before, so that a round may go on.
    var hasCampaignChange: Bool { !changes.campaigns.isEmpty }

    /// Whether nothing has been collected.
    var isEmpty: Bool {
        !mustCommit && messages.isEmpty && frames.isEmpty && announced.isEmpty && erased.isEmpty
            && ofRounds.isEmpty
    }

    /// Rows it will write, as a measure of when to stop collecting.
    var weight: Int {
        changes.emitted.count + changes.completed.count + changes.retried.count
            + changes.ended.count
    }

    /// Adds a step; who is meant is settled now, because a worker that connects anew before the
    /// commit must not get what was meant for its predecessor.
    mutating func append(_ effects: Effects, to receiver: (Outgoing) -> Receiver?) {
        changes.append(effects.changes)
        for outgoing in effects.messages {
            if case .plain(.acknowledge) = outgoing.message { hasAcknowledgement = true }
            if let receiver = receiver(outgoing) { messages.append((outgoing.message, receiver)) }
        }
    }
}
