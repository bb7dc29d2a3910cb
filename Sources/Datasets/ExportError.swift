/// Why an export or a check of one stopped, in sentences for a person.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do instead.
    public var description: String

    /// Makes an error of its sentence.
    public init(_ description: String) { self.description = description }
}
