import DequeModule
import Scheduling

/// One coordinator node: a process that leads, stands by, or is down.
struct CoordinatorProcess {
    enum Role {
        case down
        case standingBy
        case leading
    }

    /// What waits to be handled.
    enum Incoming {
        case message(worker: Int, FromWorker)
        case command(operation: Int, Event)
        case submission(operation: Int, campaign: Int, form: Int)
        case tick
    }

    /// Steps that are committed together; or a submission, which is committed alone.
    struct Batch {
        var changes = Changes()
        /// Messages and the connections they go to: the ones there were when they were decided.
        var messages: [Letter] = []
        /// The operator's wishes it carries out.
        var operations: [Int] = []
        var submission: (operation: Int, campaign: Int, form: Int)?
        /// A campaign that had ended is to try again what failed, or one task of it.
        var revival: (operation: Int, campaign: CampaignID, task: TaskID?)?
    }

    /// A message for one process of a worker.
    struct Letter {
        var worker: Int
        var life: Int
        var message: Outgoing.Message
    }

    let node: Int
    /// The process of each worker that registered last.
    var routes: [Int: Int] = [:]
    /// Grows with every process of the node; what was meant for an earlier one is dropped.
    var life = 0
    var role = Role.down
    var machine: CoordinatorMachine?
    var clock: ProcessClock
    var inbox: Deque<Incoming> = []
    /// The first is being committed.
    var batches: Deque<Batch> = []
    /// A submission is under way: what comes after it must see its outcome.
    var isSubmitting = false
    var isDraining = false
    var wakeToken = 0
    var pausedUntil: Int64 = 0
    var storeStalledUntil: Int64 = 0
    /// The newest attempt of each task, for the fault that mistakes one for another.
    var newest: [TaskID: TaskAttempt] = [:]
}

/// One worker: a process with engines, and the spool that outlives it.
struct WorkerProcess {
    /// An attempt that an engine works on.
    struct Run {
        var number: Int
        var attempt: Attempt
        var outcome: Outcome
        var started: Int64
        var needs: Resources
        var devices: [Int]
        /// Whether it ever ends by itself.
        var hangs: Bool
        /// What it runs in together with others.
        var group: Int
        /// Whether its engine ends with it.
        var crashes: Bool
        var isStopping = false
    }

    let index: Int
    var life = 0
    var machine: WorkerMachine?
    var clock: ProcessClock
    var spool: [Report] = []
    var spoolIsWritable = true
    /// The node it is connected to.
    var node = 0
    var runs: [TaskID: Run] = [:]
    /// How many of each group still run.
    var left: [Int: Int] = [:]
    var resident: [String] = []
    var wakeToken = 0
    var pausedUntil: Int64 = 0
}
