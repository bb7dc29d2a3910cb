import Console
import Wire

/// What the shell offers while a word is typed; nothing when the coordinator does not answer soon.
enum Completion {
    /// Names of campaigns.
    @Sendable static func campaigns(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        names(.campaigns) + ["last", "all"]
    }

    /// Names of workers.
    @Sendable static func workers(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        names(.workers) + ["all"]
    }

    /// Names of rounds.
    @Sendable static func rounds(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        guard var client = try? Client(CoordinatorAddress.usual),
            let rows = try? client.value(.rounds, patience: 500)
        else { return [] }
        return rows.list.map { "\($0["name"].plain)/\($0["number"].plain)" }
    }

    private static func names(_ query: Query) -> [String] {
        guard var client = try? Client(CoordinatorAddress.usual),
            let rows = try? client.value(query, patience: 500)
        else { return [] }
        return rows.list.map { $0["name"].plain }
    }
}
