import Scheduling
import Wire

/// What only the machine knows of the things a listing asks for, taken at the moment it asks.
struct LiveState: Sendable {
    /// Tasks by kind of each campaign that runs.
    var counts: [CampaignID: [TaskKind: Answers.Counts]] = [:]
    var workers: [WorkerStatus] = []
    var explanation: Explanation?
    var status: Answers.Status?
}
