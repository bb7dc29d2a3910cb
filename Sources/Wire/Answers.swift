/// The answers to listings, as they travel in JSON and as `-o json` prints them.
///
/// Keys are in snake_case; times are ISO 8601 in UTC with milliseconds.
public enum Answers {
    /// Tasks by what has become of them.
    public struct Counts: Codable, Hashable, Sendable {
        /// All of them.
        public var total = 0
        /// Not emitted yet.
        public var blocked = 0
        /// Emitted and not ended.
        public var open = 0
        /// With a result.
        public var completed = 0
        /// Attempts used up.
        public var failed = 0
        /// Dropped by an operator, alone or with the campaign.
        public var cancelled = 0
        /// Never to run, because the task before failed or was cancelled.
        public var skipped = 0

        /// None.
        public init() {}

        /// How many will not change any more unless somebody asks for a retry.
        public var ended: Int { completed + failed + cancelled + skipped }
    }
}
