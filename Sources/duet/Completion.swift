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

    private static func names(_ query: Query) -> [String] {
        guard var client = try? Client(CoordinatorAddress.usual),
            let rows = try? client.value(query, patience: 500)
        else { return [] }
        return rows.list.map { $0["name"].plain }
    }
}
