import Glibc

/// Colours for a terminal; without one, or with NO_COLOR, it leaves texts as they are.
public struct Paint: Sendable {
    /// How a text stands out.
    public enum Colour: Int, Hashable, Sendable {
        /// Heavier.
        case bold = 1
        /// Lighter.
        case dim = 2
        /// Light on dark exchanged.
        case inverse = 7
        /// Something failed.
        case red = 31
        /// Something is done.
        case green = 32
        /// Something wants attention.
        case yellow = 33
        /// A command to type.
        case cyan = 36
    }

    private let isOn: Bool

    /// Makes one that paints or does not.
    public init(isOn: Bool) { self.isOn = isOn }

    /// Paints when the descriptor is a terminal that can and NO_COLOR is not set.
    public init(for descriptor: Int32) {
        isOn =
            Terminal.isTerminal(descriptor) && Terminal.variable("NO_COLOR")?.isEmpty != false
            && Terminal.variable("TERM") != "dumb"
    }

    /// The text in that colour; nil leaves it.
    public func callAsFunction(_ text: String, _ colour: Colour?) -> String {
        guard isOn, let colour, !text.isEmpty else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    /// The text with everything between backticks, which is to be typed, in colour.
    public func commands(_ text: String) -> String {
        guard isOn else { return text }
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        // A backtick without a partner is left as it is.
        guard parts.count % 2 == 1 else { return text }
        return parts.enumerated().map { index, part in
            index % 2 == 1 ? "`" + self(String(part), .cyan) + "`" : String(part)
        }.joined()
    }
}
