import Postgres
public import Scheduling

/// A completed campaign that is to run again.
public struct Revival: Sendable {
    /// What its tasks work on.
    public var catalog: CampaignCatalog
    /// What the machine is given.
    public var snapshot: CampaignSnapshot
    /// The files of candidates that may have a score to come.
    public var candidateMedia: [TaskID: [Media]]
}

extension Store {
    /// Reads a completed campaign back so that what failed in it is tried again; nil when it has
    /// not completed.
    ///
    /// Nothing is written yet: the next `apply` writes that it runs, in the transaction of the
    /// changes that follow from it.
    public mutating func revive(_ campaign: CampaignID) throws(StoreError) -> Revival? {
        guard epoch != nil else { throw .notLeading }
        if !submitted.isEmpty { try apply(Changes()) }
        let found = try read { (connection) throws(StoreError) -> RestoredCampaign? in
            guard let row = try connection.readCampaign(campaign), row.state == .completed else {
                return nil
            }
            return try connection.restore(
                row, prompts: try connection.readPrompts(of: campaign),
                recipes: try connection.readRecipes(of: campaign))
        }
        guard let found else { return nil }
        campaigns[campaign] = RecipeTable(found.recipes)
        submitted.add(
            """
            update campaigns set state = 'running', reason = '', finished_at = null, tally = null
                where id = \(campaign) and state = 'completed'
            """, rows: 1, "completed campaigns")
        return Revival(
            catalog: found.catalog, snapshot: found.snapshot, candidateMedia: found.media)
    }
}
