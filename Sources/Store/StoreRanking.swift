import Postgres
import Preferences
import Scheduling

extension Connection {
    /// Replaces the rows of a ranking, which keeps its number, and its name unless told another.
    mutating func store(
        _ outcome: RankOutcome, of input: RankInput, _ wish: RankWish
    ) throws(StoreError) {
        let ranking = input.task.rawValue
        try checkName(wish.name, of: input.task)
        let isNew = try forget(ranking)
        let statistics = try JSONText.encode(outcome.statistics.map(StoredStatistics.init))
        let guards = try JSONText.encode(outcome.guards.map(StoredGuard.init))
        let campaign = input.task.campaign
        try storing { (connection) throws(PostgresError) in
            try connection.execute(
                """
                insert into rankings (id, campaign_id, candidates, prompts, pair_count, hash,
                        modalities, statistics, build, mean_weight, guards, number, name)
                    select \(ranking), \(campaign), \(Int32(outcome.ranking.count)),
                            \(Int32(input.prompts)), \(Int32(outcome.pairs.count)),
                            \(input.hash), \(outcome.modalities), \(statistics)::jsonb,
                            \(wish.build), \(outcome.meanWeight), \(guards)::jsonb, next.number,
                            coalesce(\(wish.name), 'r' || next.number)
                        from (
                            select coalesce(max(number), 0) + 1 as number
                                from rankings where campaign_id = \(campaign)
                        ) as next
                    on conflict (id) do update set
                        created_at = now(), candidates = excluded.candidates,
                        prompts = excluded.prompts, pair_count = excluded.pair_count,
                        modalities = excluded.modalities, statistics = excluded.statistics,
                        build = excluded.build, mean_weight = excluded.mean_weight,
                        guards = excluded.guards,
                        name = coalesce(\(wish.name), rankings.name)
                """)
            // What a campaign file newly asks for is wished later than what was chosen before.
            if wish.isChosen || isNew && wish == RankWish(build: wish.build) {
                let chosen = wish.isChosen ? ranking : nil
                try connection.execute(
                    "update campaigns set ranking_id = \(chosen) where id = \(campaign)")
            }
            try connection.storePairs(outcome.pairs, of: input)
            try connection.storeUnpaired(outcome.unpaired, of: ranking)
            try connection.storeIneligible(outcome.ineligible, of: input)
        }
    }

    private mutating func checkName(_ name: String?, of task: TaskID) throws(StoreError) {
        guard let name else { return }
        let taken = try storing { (connection) throws(PostgresError) in
            try connection.query(
                """
                select from rankings where campaign_id = \(task.campaign) and name = \(name)
                    and id <> \(task.rawValue)
                """
            ).first != nil
        }
        if taken {
            throw .conflict(
                "the campaign has a ranking '\(name)' by another rule; choose another name")
        }
    }

    /// Removes what is under a ranking; returns whether there is no such ranking yet.
    private mutating func forget(_ ranking: Int64) throws(StoreError) -> Bool {
        try storing { (connection) throws(PostgresError) in
            let isNew = try connection.query("select from rankings where id = \(ranking)").isEmpty
            if isNew { return true }
            for table in ["pairs", "unpaired", "ineligible"] {
                try connection.execute(
                    "delete from \(unsafeSQL: table) where ranking_id = \(ranking)")
            }
            return false
        }
    }

    private mutating func storePairs(
        _ pairs: [PreferencePair], of input: RankInput
    ) throws(PostgresError) {
        var place: Int16 = 0
        var prompt: Int64 = -1
        try copyIn(
            """
            copy pairs (ranking_id, winner_id, loser_id, margin, prompt, place, margins, weight,
                    is_tie, warnings, winner_totals, loser_totals, winner_normalised,
                    loser_normalised)
                from stdin (format binary)
            """
        ) { (writer) throws(PostgresError) in
            for pair in pairs {
                place = pair.prompt == prompt ? place + 1 : 1
                prompt = pair.prompt
                try writer.startRow(columns: 14)
                writer.write(input.task.rawValue)
                writer.write(input.candidate(pair.prompt, pair.winner).rawValue)
                writer.write(input.candidate(pair.prompt, pair.loser).rawValue)
                writer.write(pair.margin)
                writer.write(Int32(pair.prompt))
                writer.write(place)
                writer.write(pair.margins)
                writer.write(pair.weight)
                writer.write(pair.isTie)
                writer.write(pair.warnings)
                writer.write(pair.winnerStanding.totals)
                writer.write(pair.loserStanding.totals)
                writer.write(pair.winnerStanding.normalised)
                writer.write(pair.loserStanding.normalised)
            }
        }
    }

    private mutating func storeUnpaired(
        _ prompts: [UnpairedPrompt], of ranking: Int64
    ) throws(PostgresError) {
        try copyIn("copy unpaired (ranking_id, prompt, reason) from stdin (format binary)") {
            (writer) throws(PostgresError) in
            for prompt in prompts {
                try writer.startRow(columns: 3)
                writer.write(ranking)
                writer.write(Int32(prompt.prompt))
                writer.write(prompt.reason.rawValue)
            }
        }
    }

    private mutating func storeIneligible(
        _ candidates: [IneligibleCandidate], of input: RankInput
    ) throws(PostgresError) {
        try copyIn(
            """
            copy ineligible (ranking_id, candidate_id, dimension, reason)
                from stdin (format binary)
            """
        ) { (writer) throws(PostgresError) in
            for entry in candidates {
                let candidate = input.candidate(entry.prompt, entry.ordinal)
                let key = RankInput.ReasonKey(candidate: candidate, dimension: entry.dimension)
                try writer.startRow(columns: 4)
                writer.write(input.task.rawValue)
                writer.write(candidate.rawValue)
                writer.write(entry.dimension)
                writer.write(input.reasons[key] ?? entry.reason.rawValue)
            }
        }
    }
}

/// What a dimension was normalised with, as the ranking's row keeps it.
struct StoredStatistics: Codable {
    var dimension: String
    var count: Int
    var mean: Double
    var deviation: Double

    init(_ statistics: DimensionStatistics) {
        dimension = statistics.name
        count = statistics.count
        mean = statistics.mean
        deviation = statistics.deviation
    }
}

/// What a guard found, as the ranking's row keeps it.
struct StoredGuard: Codable {
    var name: String
    var action: String
    var found: Int
    var unmeasured: Int

    init(_ report: GuardReport) {
        name = report.name
        action = report.action.rawValue
        found = report.found
        unmeasured = report.unmeasured
    }
}
