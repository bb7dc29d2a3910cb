import Postgres
import Scheduling

/// Campaigns and workers that changed state.
extension WriteBatch {
    mutating func addCampaigns(_ changes: [CampaignChange]) throws(StoreError) {
        for change in changes {
            let state = change.state.description
            let reason = change.reason.storable
            var tally: String?
            if let known = change.tally { tally = try JSONText.encode(StoredTally(known)) }
            add(
                """
                update campaigns set state = \(state), reason = \(reason),
                    finished_at = case when \(change.state.isFinal) then now() end,
                    tally = \(tally)::jsonb, is_killed = \(change.isKilled)
                    where id = \(change.campaign)
                """, rows: 1, "campaigns")
            add(
                """
                insert into events (kind, campaign_id, state, message)
                    values ('campaign_changed', \(change.campaign), \(state), \(reason))
                """)
        }
    }

    mutating func add(worker change: WorkerChange) throws(StoreError) {
        let state = change.state.description
        add(
            """
            insert into events (kind, worker_id, state, message)
                select 'worker_changed', \(change.worker), \(state),
                    \(Self.message(of: change))
                where not exists (
                    select from workers where id = \(change.worker)
                    and state = \(state)::worker_state and is_cordoned = \(change.isCordoned))
            """)
        guard let registration = change.registration else {
            add(
                """
                update workers set state = \(state), is_cordoned = \(change.isCordoned),
                    changed_at = now() where id = \(change.worker)
                """)
            return
        }
        let capacity = registration.capacity
        let details = try JSONText.encode(WorkerDetails(registration))
        add(
            """
            insert into workers (id, identity, state, is_cordoned, session, node, pid, slots,
                    cpus, memory, devices, details, build)
                values (\(change.worker), \(registration.identity.storable), \(state),
                    \(change.isCordoned), \(Int64(bitPattern: registration.session)),
                    \(registration.node.storable), \(registration.pid), \(capacity.slots),
                    \(capacity.cpus), \(capacity.memory), \(Int32(capacity.devices.count)),
                    \(details), \(registration.build.storable))
                on conflict (id) do update set state = excluded.state,
                    is_cordoned = excluded.is_cordoned, session = excluded.session,
                    node = excluded.node, pid = excluded.pid, slots = excluded.slots,
                    cpus = excluded.cpus, memory = excluded.memory, devices = excluded.devices,
                    details = excluded.details, build = excluded.build, changed_at = now()
            """)
    }

    private static func message(of change: WorkerChange) -> String {
        var parts: [String] = []
        if let registration = change.registration {
            parts.append("\(registration.identity) on \(registration.node)".storable)
        }
        if change.isCordoned { parts.append("cordoned") }
        return parts.joined(separator: ", ")
    }
}

/// What a worker's row keeps as JSON.
struct WorkerDetails: Codable {
    var provides: [Provided]
    var labels: [String: String]
    /// Bytes of memory of each GPU.
    var devices: [Int64]
    /// Thousandths of named resources.
    var named: [String: Int64]

    struct Provided: Codable {
        var kind: String
        var name: String
    }

    init(_ registration: Registration) {
        provides = registration.provides.map {
            Provided(kind: $0.kind.description, name: $0.name.storable)
        }
        labels = [:]
        for label in registration.labels { labels[label.key.storable] = label.value.storable }
        devices = registration.capacity.devices.map(\.memory)
        named = [:]
        for amount in registration.capacity.named { named[amount.name.storable] = amount.amount }
    }
}
