import Scheduling

/// Which route leads to which worker, and what is known of peers that misbehave.
struct Peers {
    private var workers: [Route: WorkerID] = [:]
    private var routes: [WorkerID: Route] = [:]
    private var reported: Set<Route> = []

    /// Frames dropped because they were not messages of this protocol.
    private(set) var malformed = 0

    /// Peers remembered as misbehaving; more than this many are counted only.
    private static let reportedLimit = 1000

    func worker(at route: Route) -> WorkerID? { workers[route] }

    func route(to worker: WorkerID) -> Route? { routes[worker] }

    mutating func bind(_ worker: WorkerID, to route: Route) {
        if let old = routes[worker] { workers[old] = nil }
        workers[route] = worker
        routes[worker] = route
    }

    mutating func forget(_ worker: WorkerID) {
        if let route = routes.removeValue(forKey: worker) { workers[route] = nil }
    }

    /// Counts a frame that is dropped; true the first time a peer sends one.
    mutating func countMalformed(from route: Route) -> Bool {
        malformed += 1
        guard reported.count < Self.reportedLimit else { return false }
        return reported.insert(route).inserted
    }
}
