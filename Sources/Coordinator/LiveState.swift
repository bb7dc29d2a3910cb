import Scheduling
import Wire

/// What only the machine knows of the things a listing asks for, taken at the moment it asks.
struct LiveState: Sendable {
    var campaigns: [CampaignStatus] = []
    var workers: [WorkerStatus] = []
    var explanation: Explanation?
    var status: Answers.Status?
}
