import DequeModule

/// Reports that are not acknowledged yet, by sequence.
struct ReportLog: Sendable {
    private struct Entry {
        /// Nil once acknowledged.
        var report: Report?
        /// When it was last sent; nil when it must be sent now.
        var sent: Instant?
    }

    private var entries = Deque<Entry>()
    /// The sequence of the first entry.
    private var base: UInt64
    /// Index of the first entry that was never sent.
    private var unsent = 0
    private var lastSweep = Instant(milliseconds: .min / 2)

    /// Numbers the reports of this session as no other session does, so that an acknowledgement
    /// meant for an earlier process of the worker never hits a report of this one.
    init(session: UInt64) {
        var mixed = (session ^ (session >> 31)) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        base = (mixed >> 26) << 25 + 1
    }

    var isEmpty: Bool { entries.isEmpty }

    var count: Int { entries.count }

    /// The lowest sequence that is kept.
    var oldest: UInt64? { entries.isEmpty ? nil : base }

    /// Unacknowledged reports, as a worker lists what it holds.
    var held: [Held] {
        entries.compactMap(\.report).map {
            Held(task: $0.task, attempt: $0.attempt, phase: .finished, running: 0)
        }
    }

    /// Gives the report its sequence and keeps it.
    mutating func add(_ report: Report) -> Report {
        var report = report
        report.sequence = base + UInt64(entries.count)
        entries.append(Entry(report: report))
        return report
    }

    /// Takes back a report that was spooled; they come in the order they were added.
    mutating func restore(_ report: Report) {
        if entries.isEmpty { base = report.sequence }
        while base + UInt64(entries.count) < report.sequence { entries.append(Entry()) }
        guard base + UInt64(entries.count) == report.sequence else { return }
        entries.append(Entry(report: report))
    }

    mutating func forget(_ sequence: UInt64) {
        guard sequence >= base, sequence - base < UInt64(entries.count) else { return }
        entries[Int(sequence - base)].report = nil
        while let first = entries.first, first.report == nil {
            entries.removeFirst()
            base += 1
            unsent = max(unsent - 1, 0)
        }
    }

    mutating func resendAll() {
        unsent = 0
        for index in entries.indices { entries[index].sent = nil }
    }

    /// The next reports to send: those never sent, and once a while those sent too long ago.
    mutating func due(limit: Int, resendAfter: Int64, at now: Instant) -> [Report] {
        if let first = entries.first, let sent = first.sent, now - sent >= resendAfter,
            now - lastSweep >= resendAfter
        {
            lastSweep = now
            resendAll()
        }
        var due: [Report] = []
        while unsent < entries.count && due.count < limit {
            if let report = entries[unsent].report { due.append(report) }
            entries[unsent].sent = now
            unsent += 1
        }
        return due
    }

    func nextResend(after resendAfter: Int64) -> Instant {
        guard let first = entries.first else { return Instant(milliseconds: .max) }
        guard let sent = first.sent else { return Instant(milliseconds: .min / 2) }
        return max(sent, lastSweep) + resendAfter
    }
}
