public import Filters
import Postgres
public import Scheduling

/// Something that happened; times are microseconds since 1970.
public struct EventListing: Hashable, Sendable {
    /// Its number; they grow and may have gaps.
    public var id: Int64
    /// When it was committed, about.
    public var at: Int64
    /// campaign_submitted, campaign_changed, campaign_deleted, task_failed or worker_changed.
    public var kind: String
    /// The campaign it concerns.
    public var campaign: CampaignID?
    /// Its name; nil when it was deleted since.
    public var campaignName: String?
    /// The task it concerns.
    public var task: TaskID?
    /// The worker it concerns.
    public var worker: WorkerID?
    /// Its identity.
    public var workerName: String?
    /// The new state.
    public var state: String
    /// What there is to say beside it.
    public var message: String
}

private let eventKinds = [
    "campaign_submitted", "campaign_changed", "campaign_deleted", "task_failed", "worker_changed",
]

/// What a filter of events may ask for.
let eventColumns = [
    FilteredColumn("id", .number(.none), "e.id"),
    FilteredColumn("at", .time, "e.at"),
    FilteredColumn("kind", .word(eventKinds), "e.kind"),
    FilteredColumn("campaign", .text, "c.name"),
    FilteredColumn("worker", .text, "w.identity"),
    FilteredColumn("task", .number(.none), "e.task_id"),
    FilteredColumn("state", .text, "e.state"),
    FilteredColumn("message", .text, "e.message"),
]

extension Store {
    /// Lists events by number; the next page begins after the last one's.
    ///
    /// Below 0, `after` asks for the last ones, oldest of them first.
    public mutating func events(
        of campaign: CampaignID? = nil, _ filter: Filter? = nil, after: Int64 = 0,
        limit: Int = 1000
    ) throws(StoreError) -> [EventListing] {
        var text = Query.StringInterpolation(literalCapacity: 1000, interpolationCount: 6)
        text.appendLiteral(
            """
            select e.id, e.at, e.kind, e.campaign_id, e.task_id, e.worker_id, e.state, e.message,
                    c.name, w.identity
                from events e left join campaigns c on c.id = e.campaign_id
                left join workers w on w.id = e.worker_id where e.id >
            """)
        text.appendInterpolation(max(after, 0))
        if let campaign {
            text.appendLiteral(" and e.campaign_id = ")
            text.appendInterpolation(campaign)
        }
        text.appendLiteral(" and ")
        if let filter {
            text.appendCondition(filter, eventColumns)
        } else {
            text.appendLiteral("true")
        }
        text.appendLiteral(" order by e.id \(after < 0 ? "desc" : "asc") limit ")
        text.appendInterpolation(Int64(limit))
        let query = Query(stringInterpolation: text)
        return try run { (connection) throws(PostgresError) in
            var events: [EventListing] = []
            for row in try connection.query(query) {
                events.append(
                    EventListing(
                        id: try row.value(0), at: try row.value(1, as: Timestamp.self).microseconds,
                        kind: try row.value(2), campaign: try row.value(3),
                        campaignName: try row.value(8),
                        task: try row.value(4, as: Int64?.self).map { TaskID(rawValue: $0) },
                        worker: try row.value(5), workerName: try row.value(9),
                        state: try row.value(6), message: try row.value(7)))
            }
            return after < 0 ? events.reversed() : events
        }
    }
}
