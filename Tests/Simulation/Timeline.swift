import HeapModule
import Scheduling

/// Something that happens at a moment of simulated time.
enum Happening {
    /// A message of a worker arrives at a node.
    case reachesCoordinator(node: Int, worker: Int, FromWorker)
    /// A message of a node arrives at a worker.
    case reachesWorker(Int, life: Int, node: Int, ToWorker)
    /// A coordinator takes what waits in its inbox.
    case coordinatorDrains(node: Int, life: Int)
    /// A coordinator's machine wanted a tick.
    case coordinatorWakes(node: Int, life: Int, token: Int)
    /// The store has answered a node's operation.
    case storeAnswers(node: Int, life: Int)
    /// A leader says that it is alive.
    case renews(node: Int, life: Int)
    /// A standby looks whether it may lead.
    case triesToLead(node: Int, life: Int)
    /// A worker's machine wanted a tick.
    case workerWakes(Int, life: Int, token: Int)
    /// A worker's connection is open again.
    case workerConnects(Int, life: Int)
    /// An engine ends an attempt.
    case engineEnds(Int, life: Int, task: TaskID, run: Int)
    /// Something goes wrong, or is mended.
    case incident(Incident)
    /// The operator looks what to do next.
    case operatorActs
    /// The faults end.
    case heals
}

/// A misfortune of the script, or its end.
enum Incident {
    case coordinatorDies(Int)
    case coordinatorStarts(Int)
    /// A node stands still for so many microseconds while its clock runs on.
    case coordinatorPauses(Int, Int64)
    /// A node does not reach the store for so many microseconds.
    case storeStalls(Int, Int64)
    case coordinatorClockLeaps(Int, Int64)
    case workerDies(Int)
    case workerStarts(Int)
    case workerDrains(Int)
    case workerStopsNow(Int)
    case workerPauses(Int, Int64)
    case workerClockLeaps(Int, Int64)
    case spoolFills(Int, Int64)
    case spoolEmpties(Int)
    /// Nothing passes between worker and node, one way or both, for so many microseconds.
    case partition(worker: Int, node: Int, up: Bool, down: Bool, Int64)
    /// Links lose much for so many microseconds.
    case burst(Int64)
}

/// What will happen, in order; things of the same moment keep the order they were added in.
struct Timeline {
    private struct Entry: Comparable {
        var time: Int64
        var order: UInt64
        var what: Happening

        static func < (a: Self, b: Self) -> Bool { (a.time, a.order) < (b.time, b.order) }
        static func == (a: Self, b: Self) -> Bool { a.order == b.order }
    }

    private var heap = Heap<Entry>()
    private var order: UInt64 = 0

    mutating func add(_ what: Happening, at time: Int64) {
        order += 1
        heap.insert(Entry(time: time, order: order, what: what))
    }

    mutating func next() -> (time: Int64, what: Happening)? {
        heap.popMin().map { ($0.time, $0.what) }
    }
}
