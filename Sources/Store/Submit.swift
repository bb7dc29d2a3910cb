public import Campaigns
import Postgres
public import Scheduling

/// What came of a submission.
public struct Submission: Sendable {
    /// The campaign's number.
    public var id: CampaignID
    /// Whether the name is new.
    public var created: Bool
    /// Whether it said nothing that was not known.
    public var unchanged: Bool
    /// What the campaign's tasks work on.
    public var catalog: CampaignCatalog
    /// What the machine is given.
    public var snapshot: CampaignSnapshot
    /// The files of candidates that have a score to come.
    public var candidateMedia: [TaskID: [Media]]
}

extension Store {
    /// Stores a campaign, new or changed; the same again changes nothing.
    ///
    /// Without `committing` nothing is written yet: the next `apply`, be it an empty one, writes it
    /// in the transaction of the tasks that follow from it.
    /// Recipes and prompts are known by their content: those that are new get the next numbers,
    /// those that are no longer there become inactive, and come back under their old numbers.
    /// A completed campaign that has something to do again is running afterwards.
    ///
    /// Apply all changes before: a campaign that is not in the machine starts from the snapshot.
    /// `spec` is the campaign's canonical JSON where it is at hand.
    /// Throws `conflict` when a campaign of that name was cancelled, or cannot be stored.
    public mutating func submit(
        _ campaign: Campaign, writtenAs spec: String? = nil, prompts: [Prompt],
        committing: Bool = true
    ) throws(StoreError) -> Submission {
        guard epoch != nil else { throw .notLeading }
        if !submitted.isEmpty { try apply(Changes()) }
        let known = try knownCampaign(campaign, spec ?? campaign.canonicalJSON())
        let row = CampaignRow(id: known.id, state: known.state, campaign: campaign)
        var batch = WriteBatch()
        batch.addCampaign(campaign, known)
        var restored =
            known.created
            ? try RestoredCampaign(new: row, prompts, &batch) : try revise(row, prompts, &batch)
        if known.state == .completed, restored.snapshot.hasMoreToDo {
            restored.snapshot.state = .running
        }
        let unchanged = batch.isEmpty
        if !unchanged { batch.addSubmission(of: known, restored.snapshot.state) }
        campaigns[known.id] = RecipeTable(restored.recipes)
        submitted = batch
        if committing { try apply(Changes()) }
        return Submission(
            id: known.id, created: known.created, unchanged: unchanged,
            catalog: restored.catalog, snapshot: restored.snapshot,
            candidateMedia: restored.media)
    }

    private mutating func knownCampaign(
        _ campaign: Campaign, _ spec: String
    ) throws(StoreError) -> KnownCampaign {
        guard !campaign.name.isEmpty, campaign.weight > 0, campaign.weight.isFinite,
            !spec.hasEscapedZeroByte
        else { throw .conflict("the campaign has no name, no weight or a zero byte in it") }
        if !names.areKnown { names = try connection.readCampaignNames() }
        let isNew = names.all.insert(campaign.name).inserted
        let row = isNew ? nil : try stored(campaign.name)
        guard let (id, word) = row else {
            names.lastNumber += 1
            return KnownCampaign(
                id: names.lastNumber, state: .running, spec: spec, created: true)
        }
        guard let state = CampaignState(name: word), state != .cancelled, state != .cancelling,
            state != .deleting
        else {
            throw .conflict(
                "campaign '\(campaign.name)' is \(word) and cannot be taken up again; "
                    + "submit under another name")
        }
        let same = try run { (connection) throws(PostgresError) in
            try connection.query(
                "select spec = \(spec)::jsonb from campaigns where id = \(id)"
            ).first?.value(0, as: Bool.self)
        }
        return KnownCampaign(id: id, state: state, spec: spec, unchanged: same ?? false)
    }

    private mutating func stored(_ name: String) throws(StoreError) -> (CampaignID, String)? {
        try run { (connection) throws(PostgresError) in
            try connection.query("select id, state from campaigns where name = \(name)")
                .first?.values(CampaignID.self, String.self)
        }
    }

    /// Reads a campaign back as it will be with what the batch writes.
    private mutating func revise(
        _ row: CampaignRow, _ prompts: [Prompt], _ batch: inout WriteBatch
    ) throws(StoreError) -> RestoredCampaign {
        // A copy, because what an escaping error leaves behind must not count.
        var writes = batch
        let restored = try read { (connection) throws(StoreError) in
            var known = try connection.readKnownPrompts(of: row.id)
            try writes.addPrompts(prompts, of: row.id, to: &known)
            let recipes = try writes.addRecipes(
                of: row.campaign, row.id, prompts: known.stored.runs,
                known: try connection.readRecipes(of: row.id))
            return try connection.restore(row, prompts: known.stored, recipes: recipes)
        }
        batch = writes
        return restored
    }
}

/// Whether a name is new is known without asking, because only the leader inserts campaigns.
struct CampaignNames {
    /// Whether they were read.
    fileprivate var areKnown = false
    /// Every name that was given, also of campaigns that were deleted since.
    fileprivate var all: Set<String> = []
    /// The highest number that was ever given; none is given twice.
    fileprivate var lastNumber: CampaignID = 0
}

extension Connection {
    fileprivate mutating func readCampaignNames() throws(StoreError) -> CampaignNames {
        try storing { (connection) throws(PostgresError) in
            var names = CampaignNames()
            names.areKnown = true
            let rows = try connection.query(
                """
                select id, name from campaigns union all select id, name from deleted_campaigns
                """)
            for row in rows {
                let (id, name) = try row.values(CampaignID.self, String.self)
                names.all.insert(name)
                names.lastNumber = max(names.lastNumber, id)
            }
            return names
        }
    }
}

extension RestoredCampaign {
    /// A campaign that has no rows yet, and what the batch writes of it.
    fileprivate init(
        new row: CampaignRow, _ prompts: [Prompt], _ batch: inout WriteBatch
    ) throws(StoreError) {
        var known = KnownPrompts()
        try batch.addPrompts(prompts, of: row.id, to: &known)
        let recipes = try batch.addRecipes(
            of: row.campaign, row.id, prompts: known.stored.runs, known: [])
        try self.init(row, prompts: known.stored, recipes: recipes)
    }
}

extension CampaignSnapshot {
    fileprivate var hasMoreToDo: Bool {
        !CampaignPlanner(plan, stages: stages, whole: whole).isComplete
    }
}

/// The campaign's row before it was submitted.
private struct KnownCampaign {
    var id: CampaignID
    var state: CampaignState
    var spec: String
    var created = false
    var unchanged = false
}

extension WriteBatch {
    fileprivate mutating func addCampaign(_ campaign: Campaign, _ known: KnownCampaign) {
        let priority = Int32(clamping: campaign.priority)
        if known.created {
            add(
                """
                insert into campaigns (id, name, priority, weight, spec)
                    values (\(known.id), \(campaign.name), \(priority), \(campaign.weight),
                        \(known.spec))
                """)
        } else if !known.unchanged {
            add(
                """
                update campaigns set spec = \(known.spec), weight = \(campaign.weight),
                    priority = \(priority) where id = \(known.id)
                """)
        }
    }

    fileprivate mutating func addSubmission(of known: KnownCampaign, _ state: CampaignState) {
        if state != known.state {
            add(
                """
                update campaigns set state = \(state.description), reason = '',
                    finished_at = null where id = \(known.id)
                """)
        }
        add(
            """
            insert into events (kind, campaign_id, state)
                values ('campaign_submitted', \(known.id), \(state.description))
            """)
    }
}

extension String {
    /// Whether JSON text has an escaped zero byte in it, which Postgres refuses.
    fileprivate var hasEscapedZeroByte: Bool {
        let escape = Array("\\u0000".utf8)
        let bytes = Array(utf8)
        return bytes.indices.contains {
            bytes[$0] == escape[0] && bytes[$0...].starts(with: escape)
        }
    }
}
