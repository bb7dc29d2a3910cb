/// A column of a listing: where its value lies in a row, and how a person sees it.
///
/// One description serves every format, sorting, filtering and `--columns`.
public struct Column: Sendable {
    /// How a value is written for a person.
    public enum Style: Hashable, Sendable {
        /// As it is.
        case text
        /// A whole number, to the right.
        case count
        /// A number with so many decimals, to the right.
        case decimals(Int)
        /// Milliseconds as a duration.
        case milliseconds
        /// Seconds as a duration.
        case seconds
        /// Bytes as a size.
        case bytes
        /// A time of ISO 8601, to the second.
        case time
    }

    /// The path of its value in a row, as `--columns`, `--sort` and csv name it.
    public var key: String
    /// What stands above it.
    public var header: String
    /// How long it stays when there is little room: the lowest goes first.
    public var importance: Int
    /// Whether only `wide` shows it.
    public var isWide = false
    /// Columns of the terminal it may be shortened to; nil when it never is.
    public var floor: Int?
    /// How its value is written.
    public let style: Style
    /// Its value in a row.
    public var value: @Sendable (Value) -> Value
    /// Its text in a row.
    public var text: @Sendable (Value) -> String
    /// Its colour in a row.
    public var colour: @Sendable (Value) -> Paint.Colour? = { _ in nil }

    /// Describes a column whose value lies at the key's path.
    public init(
        _ key: String, _ header: String, _ style: Style = .text, importance: Int,
        floor: Int? = nil, isWide: Bool = false
    ) {
        self.init(
            key, header, style, importance: importance, floor: floor, isWide: isWide,
            value: { $0.at(key) })
    }

    /// Describes a column whose value is made of several of a row.
    public init(
        _ key: String, _ header: String, _ style: Style = .text, importance: Int,
        floor: Int? = nil, isWide: Bool = false, value: @escaping @Sendable (Value) -> Value
    ) {
        self.key = key
        self.header = header
        self.importance = importance
        self.floor = floor
        self.isWide = isWide
        self.value = value
        self.style = style
        text = { style.text(value($0)) }
    }

    /// Whether it stands to the right.
    var isRight: Bool { style.isRight }

    /// The same column with a colour.
    public func coloured(_ colour: @escaping @Sendable (Value) -> Paint.Colour?) -> Column {
        var copy = self
        copy.colour = colour
        return copy
    }

    /// The same column with a text that is not its value's own.
    public func shown(_ text: @escaping @Sendable (Value) -> String) -> Column {
        var copy = self
        copy.text = text
        return copy
    }
}

extension Column.Style {
    fileprivate var isRight: Bool {
        switch self {
        case .text, .time: false
        case .count, .decimals, .milliseconds, .seconds, .bytes: true
        }
    }

    fileprivate func text(_ value: Value) -> String {
        switch (self, value.number) {
        case (.decimals(let places), let number?): Console.decimals(number, places)
        case (.milliseconds, let number?): duration(number / 1000)
        case (.seconds, let number?): duration(number)
        case (.bytes, let number?): byteSize(Int64(number))
        case (.time, _):
            // 2026-03-01T10:20:30.123Z: the letters and the fraction help nobody in a table.
            String(value.plain.prefix(19)).replacing("T", with: " ")
        default: value.plain.printable
        }
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
