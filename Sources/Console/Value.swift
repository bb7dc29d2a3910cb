/// A value of JSON: what listings are made of, whatever they list.
public enum Value: Hashable, Sendable {
    /// Nothing.
    case null
    /// True or false.
    case flag(Bool)
    /// A whole number.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A text.
    case text(String)
    /// Values in order.
    case list([Value])
    /// Named values in their order.
    case object([Member])

    /// A named value of an object.
    public struct Member: Hashable, Sendable {
        /// Its name.
        public var key: String
        /// Its value.
        public var value: Value

        /// Makes a member.
        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension Value {
    /// The member of that name; null when there is none.
    public subscript(key: String) -> Value {
        guard case .object(let members) = self else { return .null }
        return members.first { $0.key == key }?.value ?? .null
    }

    /// The value at a path of names with dots, such as `tasks.failed`.
    ///
    /// A name may hold dots itself: the whole rest of a path is tried as a name first.
    public func at(_ path: some StringProtocol) -> Value {
        let whole = self[String(path)]
        guard whole == .null, let dot = path.firstIndex(of: ".") else { return whole }
        return self[String(path[..<dot])].at(path[path.index(after: dot)...])
    }

    /// Its text when it is one.
    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// Its whole number when it is one.
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// Its number when it is one.
    public var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// Its truth when it is a flag.
    public var flag: Bool? {
        if case .flag(let flag) = self { flag } else { nil }
    }

    /// Its values when it is a list; else none.
    public var list: [Value] {
        if case .list(let values) = self { values } else { [] }
    }

    /// Its members when it is an object; else none.
    public var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// As a cell shows it: nothing for null, no quotes around text.
    public var plain: String {
        switch self {
        case .null: ""
        case .flag(let flag): flag ? "yes" : "no"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .list(let values): values.map(\.plain).joined(separator: ",")
        case .object: json
        }
    }
}

extension Value: Comparable {
    /// The order in which a listing is sorted: nothing, flags, numbers, texts, the rest.
    public static func < (left: Value, right: Value) -> Bool {
        if let left = left.number, let right = right.number { return left < right }
        if case .text(let left) = left, case .text(let right) = right { return left < right }
        if left.rank != right.rank { return left.rank < right.rank }
        return left.plain < right.plain
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .flag: 1
        case .integer, .number: 2
        case .text: 3
        case .list: 4
        case .object: 5
        }
    }
}
