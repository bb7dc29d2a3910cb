/// What an operator may ask of a campaign.
public enum CampaignCommand: Hashable, Sendable {
    /// Lease nothing new; keep state.
    case pause
    /// Lease again, also after a halt.
    case resume
    /// Let running tasks end, drop the rest.
    case cancel
    /// Stop running tasks too.
    case kill
    /// Run again what failed, with all its attempts before it, and what was skipped because of it.
    case retry
}

/// What an operator may ask of a task.
public enum TaskCommand: Hashable, Sendable {
    /// Run it again if it failed, with all its attempts before it; at once if it waits.
    case retry
    /// Drop it, and with it what waits for its result.
    case cancel
}

/// What an operator may ask of a worker.
public enum WorkerCommand: Hashable, Sendable {
    /// Give it nothing new; what it holds goes on.
    case cordon
    /// Give it tasks again.
    case uncordon
    /// Give it nothing new; what runs goes on, and it gives back what has not started.
    case drain
    /// Finish what runs, give back the rest, and exit.
    case stop
    /// Set labels over its own, and take back labels that an operator has set.
    case label(set: [String: String], remove: [String])
}
