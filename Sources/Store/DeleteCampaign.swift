import Postgres
public import Scheduling

/// A campaign that has ended is removed in transactions of bounded size: first it is marked, and
/// from then on nobody sees it, then its rows go, and its own row last. Whoever leads next goes on.
extension Store {
    /// Marks an ended campaign as being deleted, with the next `apply`.
    ///
    /// Throws `notFound`, or `conflict` when it has not ended.
    public mutating func beginDeleting(_ campaign: CampaignID) throws(StoreError) {
        guard epoch != nil else { throw .notLeading }
        if !submitted.isEmpty { try apply(Changes()) }
        let row = try run { (connection) throws(PostgresError) in
            try connection.query("select name, state from campaigns where id = \(campaign)")
                .first?.values(String.self, String.self)
        }
        guard let (name, word) = row else {
            throw .notFound("there is no campaign \(campaign)")
        }
        guard let state = CampaignState(name: word), state.isFinal else {
            throw .conflict(
                "campaign \(name) is \(word); cancel it with `duet campaign cancel \(name)`, and "
                    + "delete it when it has ended")
        }
        if state == .deleting { return }
        submitted.add(
            "update campaigns set state = 'deleting' where id = \(campaign)", rows: 1,
            "ended campaigns")
        submitted.add(
            """
            insert into events (kind, campaign_id, state, message)
                values ('campaign_deleted', null, 'deleting', \(name))
            """)
    }

    /// Campaigns that were marked and have rows left.
    public mutating func campaignsBeingDeleted() throws(StoreError) -> [CampaignID] {
        try run { (connection) throws(PostgresError) in
            var campaigns: [CampaignID] = []
            let rows = try connection.query(
                "select id from campaigns where state = 'deleting' order by id")
            for row in rows { campaigns.append(try row.value(0)) }
            return campaigns
        }
    }

    /// Removes up to `limit` rows of a marked campaign; true when it is gone.
    public mutating func deleteSome(
        of campaign: CampaignID, limit: Int = 5000
    ) throws(StoreError) -> Bool {
        try write { (connection) throws(StoreError) in
            try connection.storing { (connection) throws(PostgresError) in
                try connection.deleteSome(of: campaign, limit: Int64(limit))
            }
        }
    }
}

extension Connection {
    fileprivate mutating func deleteSome(
        of campaign: CampaignID, limit: Int64
    ) throws(PostgresError) -> Bool {
        let isMarked = try query(
            "select from campaigns where id = \(campaign) and state = 'deleting' for update"
        ).first
        guard isMarked != nil else { return true }
        let tasks = [
            ("scores", "candidate_id"), ("pairs", "ranking_id"), ("unpaired", "ranking_id"),
            ("ineligible", "ranking_id"), ("rankings", "id"), ("candidates", "id"),
            ("products", "id"),
            ("attempts", "task_id"), ("tasks", "id"),
        ]
        // What refers to others goes before them.
        for (table, key) in tasks {
            let deleted = try execute(
                """
                delete from \(unsafeSQL: table) where ctid = any(array(
                    select ctid from \(unsafeSQL: table)
                        where \(unsafeSQL: key) >= campaign_first_task(\(campaign))
                        and \(unsafeSQL: key) < campaign_first_task(\(campaign + 1))
                        limit \(limit)))
                """)
            if deleted > 0 { return false }
        }
        for table in ["prompts", "events"] {
            let deleted = try execute(
                """
                delete from \(unsafeSQL: table) where ctid = any(array(
                    select ctid from \(unsafeSQL: table) where campaign_id = \(campaign)
                        limit \(limit)))
                """)
            if deleted > 0 { return false }
        }
        try execute("delete from recipes where campaign_id = \(campaign)")
        try execute(
            """
            with gone as (delete from campaigns where id = \(campaign) returning id, name)
                insert into deleted_campaigns (id, name) select id, name from gone
            """)
        return true
    }
}
