/// How pairs become a better adapter.
public struct Round: Sendable, Equatable {
    /// The round's name.
    public var name: String

    /// The round as YAML with every default visible; decoding it gives the same round.
    public func resolvedYAML() -> String { "" }
}

extension Campaign {
    /// The campaign as YAML with every default visible; decoding it gives the same campaign.
    public func resolvedYAML() -> String { "" }
}

/// What one campaign file changes against another, and what that costs.
public struct CampaignDiff: Sendable, Equatable {
    /// One field that differs; nil where one side does not have it.
    public struct Change: Sendable, Equatable {
        /// The field's path, such as `rank.normalize.method`.
        public var path: String
        /// Its value before, as YAML.
        public var before: String?
        /// Its value after, as YAML.
        public var after: String?
    }

    /// Every field that differs, in the order of the file.
    public let changes: [Change]
    /// What submitting the new file makes and leaves, one sentence each.
    public let consequences: [String]

    /// Compares two campaigns; `prompts` is how many prompts the new one has, for the counts.
    public init(from before: Campaign, to after: Campaign, prompts: Int? = nil) {
        changes = []
        consequences = []
    }
}

extension CampaignFile {
    /// Every field of every kind of document, parents before children, in the order of the file.
    public static var fields: [FileField] { [] }

    /// The documentation of a field such as `campaign.rank.normalize`, for a terminal.
    ///
    /// Throws with the nearest name when there is no such field.
    public static func explain(_ path: String) throws(CampaignFileError) -> String { "" }

    /// The JSON Schema (draft 2020-12) of campaign files, for editors.
    public static func schema() -> String { "{}" }

    /// A commented file to begin with; it decodes as it is.
    public static func template(_ kind: FileKind) -> String { "" }

}

/// What reading a prompts file gave: the prompts, what to know, and what is wrong.
public struct PromptReport: Sendable, Equatable {
    /// The prompts that take part, in file order.
    public var prompts: [Prompt]
    /// What a person should know and nothing refuses: dropped, excluded, repeated prompts.
    public var notes: [Problem]
    /// What is wrong; submit refuses when there is any.
    public var problems: [Problem]
}

extension PromptFile {
    /// Reads a campaign's prompts and says everything that is to be said of them.
    ///
    /// `lookingForNearDuplicates` warns of similar prompts even where `prompts.dedupe` is not set.
    public static func report(
        for campaign: Campaign, folder: String, lookingForNearDuplicates: Bool = false
    ) -> PromptReport { PromptReport(prompts: [], notes: [], problems: []) }
}
extension Round: Tabled {
    static let table = Table(
        Round(name: ""), [Row("name", \.name, .documentName, "n", example: "a", required: true)])
}
