/// The campaigns that a round submits; no campaign file can take such a name.
public enum RoundNames {
    /// Trains the adapter of a round.
    public static func training(_ name: String, _ number: Int) -> String {
        "\(name)/\(number)/train"
    }

    /// Generates and scores on the held-out prompts with what a round trained; 0 is what the first
    /// one starts from.
    ///
    /// Another evaluation than that of the round's declaration has another word.
    public static func evaluation(
        _ name: String, _ number: Int, _ word: String = "evaluate"
    ) -> String { "\(name)/\(number)/\(word)" }

    /// Measures how far the clips of an evaluation as a whole are from ground truth.
    public static func distances(of evaluation: String) -> String { evaluation + distancesEnd }

    private static let distancesEnd = "-distances"

    /// Whether a word can name an evaluation that a person asks for.
    public static func isFree(_ word: String) -> Bool {
        !["evaluate", "train", "candidates"].contains(word) && !word.contains("/")
            && !word.hasSuffix(distancesEnd)
    }

    /// The round that a campaign belongs to; nil for one that people submitted.
    public static func round(of campaign: String) -> (name: String, number: Int)? {
        let parts = campaign.split(separator: "/")
        guard parts.count == 3, let number = Int(parts[1]) else { return nil }
        return (String(parts[0]), number)
    }

    /// Makes the candidates that a later round trains on.
    public static func candidates(_ name: String, _ number: Int) -> String {
        "\(name)/\(number)/candidates"
    }

    /// Splits `NAME/NUMBER`; the number is nil when there is none.
    public static func parts(_ label: String) -> (name: String, number: Int?)? {
        let parts = label.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
        if parts.count == 1 { return (String(name), nil) }
        guard let number = Int(parts[1]), number >= 0 else { return nil }
        return (String(name), number)
    }
}
