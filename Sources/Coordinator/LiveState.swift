import Scheduling
import Wire

/// What only the machine knows of the things a listing asks for, taken at the moment it asks.
///
/// All of it is bounded by campaigns and workers, never by tasks.
struct LiveState: Sendable {
    /// The names of all campaigns.
    var names: [CampaignID: String] = [:]
    /// Campaigns that run.
    var campaigns: [CampaignID: LiveCampaign] = [:]
    var workers: [WorkerStatus] = []
    /// The numbers of all workers that ever registered, where one is asked for.
    var workerNumbers: [String: WorkerID] = [:]
    var held: [HeldLease] = []
    var explanation: Explanation?
    var why: [WhyGroup] = []
    var status: Answers.Status?
    /// Whether the workers of the last coordinator are still waited for.
    var isRollCall = false
    /// What operators have set for the worker that is asked for.
    var operatorLabels = OperatorLabels()
    /// Milliseconds of silence after which a worker is lost.
    var lease: Int64 = 0
}

/// A campaign that runs.
struct LiveCampaign: Sendable {
    var status: CampaignStatus
    /// Its tasks by kind.
    var kinds: [TaskKind: Answers.Counts]
    /// What the tasks of each recipe do.
    var needs: [Capability]
}
