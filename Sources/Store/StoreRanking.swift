import Postgres
import Preferences
import Scheduling

extension Connection {
    /// Replaces the rows of a ranking.
    mutating func store(_ outcome: RankOutcome, of input: RankInput) throws(StoreError) {
        let ranking = input.task.rawValue
        let statistics = try JSONText.encode(outcome.statistics.map(StoredStatistics.init))
        try storing { (connection) throws(PostgresError) in
            // Pairs and the rest go with the ranking.
            try connection.execute("delete from rankings where id = \(ranking)")
            try connection.execute(
                """
                insert into rankings
                    (id, campaign_id, candidates, prompts, pair_count, hash, modalities, statistics)
                    values (\(ranking), \(input.task.campaign), \(Int32(outcome.ranking.count)),
                        \(Int32(input.prompts)), \(Int32(outcome.pairs.count)), \(input.hash),
                        \(outcome.modalities),
                        \(statistics))
                """)
            try connection.storePairs(outcome.pairs, of: input)
            try connection.storeUnpaired(outcome.unpaired, of: ranking)
            try connection.storeIneligible(outcome.ineligible, of: input)
        }
    }

    private mutating func storePairs(
        _ pairs: [PreferencePair], of input: RankInput
    ) throws(PostgresError) {
        var place: Int16 = 0
        var prompt: Int64 = -1
        try copyIn(
            """
            copy pairs (ranking_id, winner_id, loser_id, margin, prompt, place, margins)
                from stdin (format binary)
            """
        ) { (writer) throws(PostgresError) in
            for pair in pairs {
                place = pair.prompt == prompt ? place + 1 : 1
                prompt = pair.prompt
                try writer.startRow(columns: 7)
                writer.write(input.task.rawValue)
                writer.write(input.candidate(pair.prompt, pair.winner).rawValue)
                writer.write(input.candidate(pair.prompt, pair.loser).rawValue)
                writer.write(pair.margin)
                writer.write(Int32(pair.prompt))
                writer.write(place)
                writer.write(pair.margins)
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
private struct StoredStatistics: Encodable {
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
