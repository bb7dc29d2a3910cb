/// What reading a prompts file gave: the prompts, what to know, and what is wrong.
public struct PromptReport: Sendable, Equatable {
    /// The prompts that take part, in file order.
    public var prompts: [Prompt]
    /// How many prompts the file has, with those that do not take part.
    public var total: Int
    /// What a person should know and nothing refuses: excluded, dropped, repeated prompts.
    public var notes: [Problem]
    /// What is wrong; submit refuses when there is any.
    public var problems: [Problem]

    /// Collects what a reading gave.
    public init(prompts: [Prompt], total: Int, notes: [Problem], problems: [Problem]) {
        self.prompts = prompts
        self.total = total
        self.notes = notes
        self.problems = problems
    }
}

/// A prompt and the line it was read from.
struct PlacedPrompt {
    var prompt: Prompt
    var line: Int
}
