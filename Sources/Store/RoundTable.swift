public import Campaigns
import Foundation
import Postgres
public import Rounds
public import Scheduling

/// A round with the times of its row, in microseconds since 1970.
public struct RoundRow: Sendable {
    /// What is recorded of it.
    public var record: RoundRecord
    /// When it was first recorded.
    public var createdAt: Int64
    /// When it was decided; nil before.
    public var decidedAt: Int64?
}

/// What a training or an evaluation of clips as a whole made.
public struct Product: Sendable {
    /// The task that made it.
    public var task: TaskID
    /// Its campaign's name.
    public var campaign: String
    /// When, in microseconds since 1970.
    public var createdAt: Int64
    /// Name and version of the engine.
    public var engine: String
    /// The files.
    public var media: [Media]
}

extension Store {
    /// Every round, in the order of names and numbers.
    public mutating func rounds() throws(StoreError) -> [RoundRow] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select name, number, start, state, reason, campaign, condition, document,
                        ranking_id, dataset, adapter, training, evaluation, created_at, decided_at,
                        needs_help, exports
                    from rounds order by name, number
                """)
        }
        var rounds: [RoundRow] = []
        for row in rows { rounds.append(try round(row)) }
        return rounds
    }

    private mutating func round(_ row: Row) throws(StoreError) -> RoundRow {
        try run { (_) throws(PostgresError) -> Result<RoundRow, StoreError> in
            let name = try row.value(0, as: String.self)
            let number = Int(try row.value(1, as: Int32.self))
            let state = try row.value(3, as: String.self)
            guard let state = RoundState(rawValue: state),
                let round = Self.round(try row.value(7, as: String.self))
            else { return .failure(.unreadable("round \(name)/\(number) makes no sense")) }
            var record = RoundRecord(
                name: name, number: number, start: Int(try row.value(2, as: Int32.self)),
                campaign: try row.value(5),
                trigger: RoundTrigger(try row.value(6)) ?? .init(), round: round)
            record.state = state
            record.reason = try row.value(4)
            record.needsHelp = try row.value(15)
            record.ranking = try row.value(8)
            record.dataset = Self.decode(try row.value(9, as: String?.self))
            record.adapter = Self.decode(try row.value(10, as: String?.self))
            record.exports = Self.decode(try row.value(16, as: String?.self)) ?? []
            record.training = try row.value(11)
            record.evaluation = try row.value(12)
            return .success(
                RoundRow(
                    record: record,
                    createdAt: try row.value(13, as: Timestamp.self).microseconds,
                    decidedAt: try row.value(14, as: Timestamp?.self)?.microseconds))
        }.get()
    }

    private static func decode<Value: Decodable>(_ text: String?) -> Value? {
        text.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    private static func round(_ document: String) -> Round? {
        let documents = try? CampaignFile.documents(of: document, file: "stored round")
        return documents?.first?.round
    }

    /// Records rounds, new or further than before, in one transaction.
    public mutating func record(_ rounds: [RoundRecord]) throws(StoreError) {
        try write { (connection) throws(StoreError) -> Void in
            for round in rounds { try connection.record(round) }
        }
    }

    /// The share of a ranking's winners that are ground truth; 0 without pairs.
    public mutating func referenceWinnerShare(of ranking: TaskID) throws(StoreError) -> Double {
        try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select coalesce(avg((w.ordinal < 0)::integer), 0)::double precision
                    from pairs p join recipes w on w.campaign_id = task_campaign(p.ranking_id)
                        and w.slot = task_slot(p.winner_id)
                    where p.ranking_id = \(ranking.rawValue)
                """
            ).first?.value(0) ?? 0
        }
    }

    /// What the tasks of a campaign made that is no candidate, of those it still asks for.
    public mutating func products(
        of campaign: CampaignID? = nil
    ) throws(StoreError) -> [Product] {
        let rows = try run { (connection) throws(PostgresError) in
            let first = campaign.map { Int64($0) << 40 } ?? 0
            let last = campaign.map { Int64($0 + 1) << 40 } ?? .max
            return try connection.query(
                """
                select p.id, c.name, p.created_at, p.engine, p.media
                    from products p join campaigns c on c.id = task_campaign(p.id)
                    join recipes r on r.campaign_id = c.id and r.slot = task_slot(p.id)
                        and r.is_active
                    where p.id >= \(first) and p.id < \(last) order by p.id
                """)
        }
        var products: [Product] = []
        for row in rows {
            let values = try run { (_) throws(PostgresError) in
                try row.values(Int64.self, String.self, Timestamp.self, String.self, String.self)
            }
            products.append(
                Product(
                    task: TaskID(rawValue: values.0), campaign: values.1,
                    createdAt: values.2.microseconds, engine: values.3,
                    media: try Self.media(values.4, of: "the products of \(values.1)")))
        }
        return products
    }

    /// The clips of a campaign's active prompts and recipes: those that were generated, or those
    /// that were taken in as ground truth.
    public mutating func clips(
        of campaign: CampaignID, isGroundTruth: Bool
    ) throws(StoreError) -> [FrozenClips.Clip] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select q.key, r.ordinal, c.media
                    from candidates c
                    join prompts q on q.campaign_id = \(campaign)
                        and q.number = task_prompt(c.id) and q.is_active
                    join recipes r on r.campaign_id = \(campaign)
                        and r.slot = task_slot(c.id) and r.is_active
                    where c.id >= campaign_first_task(\(campaign))
                        and c.id < campaign_first_task(\(campaign + 1))
                        and (r.ordinal < 0) = \(isGroundTruth)
                    order by c.id
                """)
        }
        var clips: [FrozenClips.Clip] = []
        for row in rows {
            let (key, ordinal, media) = try run { (_) throws(PostgresError) in
                try row.values(String.self, Int16.self, String.self)
            }
            clips.append(
                .init(
                    prompt: key, ordinal: Int(ordinal),
                    media: try Self.media(media, of: "the candidates of prompt \(key)")))
        }
        return clips
    }

    private static func media(_ text: String, of row: String) throws(StoreError) -> [Media] {
        try JSONText.decode([StoredFile].self, text, of: row)
            .map { Media(role: $0.role, path: $0.path, sha256: $0.sha256) }
    }

    /// A campaign and its active prompts, as they were last submitted; nil when there is none.
    public mutating func submission(
        of name: String
    ) throws(StoreError) -> (campaign: Campaign, prompts: [Prompt])? {
        try read { (connection) throws(StoreError) in
            let id = try connection.storing { (connection) throws(PostgresError) in
                try connection.query("select id from campaigns where name = \(name)")
                    .first?.value(0, as: CampaignID.self)
            }
            guard let id, let row = try connection.readCampaign(id) else { return nil }
            let stored = try connection.readPrompts(of: id)
            var prompts: [Prompt] = []
            for number in 0..<stored.table.count where !stored.retired.contains(number) {
                prompts.append(stored.table.prompt(number))
            }
            return (row.campaign, prompts)
        }
    }
}

private struct StoredFile: Decodable {
    var role, path, sha256: String
}

extension Connection {
    fileprivate mutating func record(_ record: RoundRecord) throws(StoreError) {
        let dataset = try record.dataset.map { (dataset) throws(StoreError) in
            try JSONText.encode(dataset)
        }
        let adapter = try record.adapter.map { (adapter) throws(StoreError) in
            try JSONText.encode(adapter)
        }
        let exports = try JSONText.encode(record.exports)
        let document = record.round.resolvedYAML()
        let state = record.state.rawValue
        try storing { (connection) throws(PostgresError) in
            try connection.execute(
                """
                insert into rounds as r (name, number, start, state, reason, campaign, condition,
                        document, ranking_id, dataset, adapter, training, evaluation, exports,
                        needs_help, decided_at)
                    values (\(record.name), \(Int32(record.number)), \(Int32(record.start)),
                        \(state)::round_state, \(record.reason), \(record.campaign),
                        \(record.trigger.text), \(document), \(record.ranking),
                        \(dataset)::jsonb, \(adapter)::jsonb, \(record.training)::jsonb,
                        \(record.evaluation)::jsonb, \(exports)::jsonb, \(record.needsHelp),
                        case when \(record.state.isDecided) then now() end)
                    on conflict (name, number) do update set
                        start = excluded.start, state = excluded.state, reason = excluded.reason,
                        campaign = excluded.campaign, condition = excluded.condition,
                        document = excluded.document, ranking_id = excluded.ranking_id,
                        dataset = excluded.dataset, adapter = excluded.adapter,
                        training = excluded.training, evaluation = excluded.evaluation,
                        exports = excluded.exports,
                        needs_help = excluded.needs_help,
                        decided_at = case when excluded.decided_at is null then null
                            when r.state = excluded.state then r.decided_at else now() end
                """)
        }
    }
}
