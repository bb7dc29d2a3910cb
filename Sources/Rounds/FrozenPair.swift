import FoundationEssentials

/// A pair of a frozen dataset, as far as it says what it is.
public struct FrozenPair: Decodable, Sendable, Equatable {
    /// `PROMPT/WINNER-LOSER`, as it was ranked.
    public var name: String
    /// The prompt's key.
    public var prompt: String
    /// The place of the candidate that was learned from as the better one; -1 for ground truth.
    public var chosen: Int
    /// The place of the other one.
    public var rejected: Int
    /// How much better the winner was ranked.
    public var margin: Double

    private enum CodingKeys: String, CodingKey {
        case name = "pair_id"
        case prompt = "id"
        case chosen = "chosen_ordinal"
        case rejected = "rejected_ordinal"
        case margin
    }

    /// Returns the pairs of a prompt among the lines of a frozen dataset.
    public static func of(prompt: String, in text: String) throws -> [FrozenPair] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // Few lines are of the prompt, and looking for its key is far quicker than reading all.
        let key = String(decoding: try encoder.encode(prompt), as: UTF8.self)
        return try text.split(separator: "\n").filter { $0.contains("\"id\":\(key)") }
            .map { try JSONDecoder().decode(FrozenPair.self, from: Data($0.utf8)) }
            .filter { $0.prompt == prompt }
    }
}
