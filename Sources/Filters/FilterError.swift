/// Why a text is not a filter.
public struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The filter as it was written.
    public var text: String
    /// Where in it, in characters from 1; one past the end when something is missing there.
    public var position: Int
    /// What is wrong there and what to write instead.
    public var message: String

    /// The filter, the place, and the message.
    public var description: String {
        "filter `\(text)`, character \(position): \(message)"
    }
}
