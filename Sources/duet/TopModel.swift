import Console

/// What `duet top` shows, decided without a terminal: answers and keys in, lines out.
struct TopModel {
    /// What is on the screen.
    enum View: Hashable {
        /// Campaigns above, workers below.
        case overview
        /// One campaign, and why it waits.
        case campaign(String)
        /// One worker, and what it does.
        case worker(String)
        /// The keys.
        case help
    }

    /// One of the two tables of the overview.
    enum Pane: Hashable {
        case campaigns, workers
    }

    /// What the shell is to do after a key.
    enum Action: Hashable {
        case nothing
        /// Ask the coordinator again, now.
        case ask
        case quit
    }

    private(set) var view = View.overview
    private(set) var pane = Pane.campaigns
    private(set) var isPaused = false
    private(set) var filter = ""
    /// The filter while it is typed; nil otherwise.
    private(set) var typed: String?
    /// What is wrong with the filter or the connection; empty when all is well.
    var trouble = ""
    private var sorting: [Pane: Int] = [:]
    private var selected: [Pane: String] = [:]
    private(set) var status = Value.null
    /// The answer about the one campaign or worker that is open.
    private(set) var detail = Value.null
    private var rows: [Pane: [Value]] = [:]
    private var campaignMeters: [String: RateMeter] = [:]
    private var workerMeters: [String: RateMeter] = [:]
    private var totalMeter = RateMeter()

    /// Takes what the coordinator says now.
    mutating func update(campaigns: [Value], workers: [Value], status: Value, at seconds: Double) {
        self.status = status
        totalMeter.add(status["completed"].integer ?? 0, at: seconds)
        rows[.campaigns] = campaigns.map { row in
            let name = row["name"].plain
            let counts = row["tasks"]
            let ended = Self.ended(counts)
            let total = counts["total"].integer ?? 0
            campaignMeters[name, default: RateMeter()].add(ended, at: seconds)
            let meter = campaignMeters[name]
            return row.adding([
                ("progress", total > 0 ? .number(Double(ended) / Double(total)) : .null),
                ("rate", hasEnded(row) ? .null : meter?.perSecond.map(Value.number) ?? .null),
                (
                    "eta",
                    hasEnded(row)
                        ? .null : meter?.secondsUntil(total - ended).map(Value.number) ?? .null
                ),
            ])
        }
        rows[.workers] = workers.filter { $0["name"].plain != "coordinator" }.map { row in
            let name = row["name"].plain
            workerMeters[name, default: RateMeter()].add(row["completed"].integer ?? 0, at: seconds)
            let rate = workerMeters[name]?.perSecond
            return row.adding([("rate", rate.map(Value.number) ?? .null)])
        }
        trouble = ""
    }

    /// Takes what the coordinator says of the open campaign or worker.
    mutating func update(detail: Value) { self.detail = detail }

    /// Takes a key.
    mutating func handle(_ key: Key) -> Action {
        if typed != nil { return type(key) }
        switch (view, key) {
        case (_, .character("q")), (_, .control("c")): return .quit
        case (.overview, .escape):
            filter = ""
            return .nothing
        case (_, .escape), (.help, _), (.campaign, .left), (.worker, .left), (.campaign, .enter),
            (.worker, .enter), (.campaign, .backspace), (.worker, .backspace):
            view = .overview
            detail = .null
            return .ask
        case (_, .character("?")), (_, .character("h")): view = .help
        case (_, .character(" ")), (_, .character("p")):
            isPaused.toggle()
            return isPaused ? .nothing : .ask
        case (.overview, _): return move(key)
        default: break
        }
        return .nothing
    }

    private mutating func move(_ key: Key) -> Action {
        switch key {
        case .tab: pane = pane == .campaigns ? .workers : .campaigns
        case .up, .character("k"): step(-1)
        case .down, .character("j"): step(1)
        case .pageUp: step(-10)
        case .pageDown: step(10)
        case .home: step(-.max / 2)
        case .end: step(.max / 2)
        case .character("s"): turnSorting(1)
        case .character("S"): turnSorting(-1)
        case .character("/"): typed = filter
        case .enter, .right:
            guard let name = selection(pane) else { return .nothing }
            view = pane == .campaigns ? .campaign(name) : .worker(name)
            return .ask
        default: break
        }
        return .nothing
    }

    private mutating func type(_ key: Key) -> Action {
        switch key {
        case .enter:
            filter = typed ?? ""
            typed = nil
        case .escape: typed = nil
        case .backspace: typed = typed.map { String($0.dropLast()) }
        case .control("c"): return .quit
        case .control("u"): typed = ""
        case .character(let character): typed?.append(character)
        default: break
        }
        return .nothing
    }

    private mutating func step(_ count: Int) {
        let names = shown(pane).map { $0["name"].plain }
        guard !names.isEmpty else { return }
        let now = selection(pane).flatMap { names.firstIndex(of: $0) } ?? 0
        selected[pane] = names[max(0, min(names.count - 1, now + count))]
    }

    private mutating func turnSorting(_ step: Int) {
        let count = Self.sortings(pane).count
        sorting[pane] = ((sorting[pane] ?? 0) + step + count) % count
    }

    private static func ended(_ counts: Value) -> Int64 {
        ["completed", "failed", "cancelled", "skipped"].reduce(0) {
            $0 + (counts[$1].integer ?? 0)
        }
    }
}

extension TopModel {
    /// Results a second of the whole cluster.
    var perSecond: Double? { totalMeter.perSecond }

    /// All rows of a pane, whatever the filter.
    func all(_ pane: Pane) -> [Value] { rows[pane] ?? [] }

    /// The rows of a pane that are wanted, in their order.
    func shown(_ pane: Pane) -> [Value] {
        let words = filter.lowercased()
        let wanted = all(pane).filter { row in
            words.isEmpty
                || "\(row["name"].plain) \(row["state"].plain)".lowercased().contains(words)
        }
        return sort(wanted, by: sortKey(pane))
    }

    /// The name that is selected in a pane: the first one until somebody moves.
    func selection(_ pane: Pane) -> String? {
        let names = shown(pane).map { $0["name"].plain }
        return selected[pane].flatMap { names.contains($0) ? $0 : nil } ?? names.first
    }

    /// What a pane is sorted by: a key, with a minus for the largest first.
    func sortKey(_ pane: Pane) -> String {
        Self.sortings(pane)[sorting[pane] ?? 0]
    }

    fileprivate static func sortings(_ pane: Pane) -> [String] {
        switch pane {
        case .campaigns: ["state", "-priority", "name", "-rate", "eta", "-tasks.failed", "-id"]
        case .workers: ["name", "state", "-running", "-rate", "-failed"]
        }
    }

    /// Rows by a key; campaigns that run stand before those that have ended, whatever the key.
    private func sort(_ rows: [Value], by key: String) -> [Value] {
        let isDown = key.hasPrefix("-")
        let path = isDown ? String(key.dropFirst()) : key
        let keyed = rows.enumerated().map { place, row in
            let value =
                path == "state" ? .integer(Int64(Self.stateRank(row["state"].plain))) : row.at(path)
            return (place: place, value: value, row: row)
        }
        return keyed.sorted { left, right in
            if left.value == right.value { return left.place < right.place }
            // What has no value stands last, in either order.
            if left.value == .null || right.value == .null { return right.value == .null }
            return isDown ? right.value < left.value : left.value < right.value
        }.map(\.row)
    }

    private static func stateRank(_ state: String) -> Int {
        let order = [
            "halted", "running", "cancelling", "paused", "lost", "awaited", "draining", "ready",
            "completed", "cancelled", "stopped",
        ]
        return order.firstIndex(of: state) ?? order.count
    }
}

extension Value {
    /// The same object with further members.
    fileprivate func adding(_ more: [(String, Value)]) -> Value {
        .object(members + more.map { Member($0.0, $0.1) })
    }
}
