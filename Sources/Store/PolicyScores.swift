public import Campaigns
import Postgres
public import Scheduling

/// What a policy's candidates scored, by prompt.
public struct PolicyScores: Sendable {
    /// The rewards of the campaign, in the order of its file.
    public var rewards: [Reward]
    /// For each prompt, by its key, and each reward the numbers of its candidates.
    public var prompts: [String: [[Double]]]
}

extension Store {
    /// Reads the scores of a campaign's generated candidates; ground truth is left out.
    public mutating func policyScores(of id: CampaignID) throws(StoreError) -> PolicyScores {
        try read { (connection) throws(StoreError) in
            guard let row = try connection.readCampaign(id) else {
                throw .notFound("campaign \(id) is being deleted")
            }
            let rewards = row.campaign.score.rewards
            let recipes = try connection.readRecipes(of: id)
            var places: [Int: [String: [Int]]] = [:]
            for recipe in recipes where recipe.kind == .score && recipe.isActive {
                guard recipe.ordinal >= 0 else { continue }
                for (place, reward) in rewards.enumerated() where reward.scorer == recipe.name {
                    places[recipe.slot, default: [:]][reward.output, default: []].append(place)
                }
            }
            return try connection.storing { (connection) throws(PostgresError) in
                var scores = PolicyScores(rewards: rewards, prompts: [:])
                let rows = try connection.query(
                    """
                    select q.key, s.slot, s.output, s.value
                        from scores s
                        join prompts q on q.campaign_id = \(id)
                            and q.number = task_prompt(s.candidate_id) and q.is_active
                        where s.candidate_id >= campaign_first_task(\(id))
                            and s.candidate_id < campaign_first_task(\(id + 1))
                            and s.value is not null
                        order by s.candidate_id, s.slot, s.output
                    """)
                for row in rows {
                    let (key, slot, output, value) = try row.values(
                        String.self, Int16.self, String.self, Double.self)
                    for place in places[Int(slot)]?[output] ?? [] {
                        scores.prompts[key, default: rewards.map { _ in [] }][place].append(value)
                    }
                }
                return scores
            }
        }
    }
}
