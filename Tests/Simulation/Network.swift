import Preferences

/// The links between workers and coordinator nodes: delay, loss, repeats, overtaking, partitions.
struct Network {
    /// How bad the links are.
    struct Rates {
        /// Part of the messages that is lost.
        var loss = 0.0
        /// Part that arrives twice.
        var repeats = 0.0
        /// Part that may be overtaken.
        var overtaken = 0.0
        /// Usual delay in microseconds.
        var delay: Int64 = 200
        /// Longest delay of an overtaken message.
        var longest: Int64 = 2_000_000

        init() {}
    }

    private struct Link {
        var blockedUntil: Int64 = 0
        var lastArrival: Int64 = 0
    }

    var rates: Rates
    var burstUntil: Int64 = 0
    private(set) var lost = 0
    private(set) var repeated = 0
    private var links: [Link]

    init(workers: Int, nodes: Int, rates: Rates) {
        self.rates = rates
        links = Array(repeating: Link(), count: workers * nodes * 2)
        self.nodes = nodes
    }

    private let nodes: Int

    mutating func block(worker: Int, node: Int, up: Bool, until: Int64) {
        links[index(worker, node, up)].blockedUntil = until
    }

    /// Ends all trouble.
    mutating func heal() {
        let delay = rates.delay
        rates = Rates()
        rates.delay = delay
        burstUntil = 0
        for index in links.indices { links[index].blockedUntil = 0 }
    }

    /// When a message sent now arrives: never, once or twice.
    mutating func arrivals(
        worker: Int, node: Int, up: Bool, at now: Int64, _ random: inout SplitMix64
    ) -> [Int64] {
        let index = index(worker, node, up)
        let loss = now < burstUntil ? 0.5 : rates.loss
        if now < links[index].blockedUntil || random.chance(loss) {
            lost += 1
            return []
        }
        var arrivals = [arrival(index, now, &random)]
        if random.chance(rates.repeats) {
            repeated += 1
            arrivals.append(now + Int64(random.int(1...Int(rates.longest))))
        }
        return arrivals
    }

    private mutating func arrival(
        _ index: Int, _ now: Int64, _ random: inout SplitMix64
    ) -> Int64 {
        if random.chance(rates.overtaken) { return now + Int64(random.int(1...Int(rates.longest))) }
        let usual = now + rates.delay / 2 + Int64(random.int(0...Int(rates.delay)))
        links[index].lastArrival = max(links[index].lastArrival, usual)
        return links[index].lastArrival
    }

    private func index(_ worker: Int, _ node: Int, _ up: Bool) -> Int {
        (worker * nodes + node) * 2 + (up ? 1 : 0)
    }
}
