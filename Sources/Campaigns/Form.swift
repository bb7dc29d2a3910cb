/// Which values a field takes, as data: what decoding, schema and documentation all go by.
indirect enum Form: Sendable, Equatable {
    /// `true` or `false`.
    case boolean
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A whole number of 64 bits without a sign.
    case seed
    /// A finite number.
    case number(NumberRange)
    /// A text; what it must look like where not every text will do.
    case text(TextShape)
    /// A boolean, a number or a text, passed on as it is.
    case scalar
    /// A number with a unit of time, at least so many milliseconds.
    case duration(least: Int64)
    /// A number with a unit of bytes.
    case size
    /// A number of tasks, or a percentage.
    case budget
    /// A percentage such as `2%`.
    case percentage
    /// One of a few words.
    case choice([Choice])
    /// A list of values of one form, at least so many.
    case list(Form, least: Int)
    /// A mapping with keys of the writer's own; `keys` says what they name.
    case map(Form, keys: String)
    /// A mapping with known keys.
    case section([FileField])
    /// Any of several forms, in words for a person.
    case either([Form], words: String)

    /// One word a field takes.
    struct Choice: Sendable, Equatable {
        var word: String
        var summary: String
        var isSupported: Bool
    }

    /// What a text must look like.
    struct TextShape: Sendable, Equatable {
        /// What a person is told it is, such as `a name without spaces`.
        var words: String
        /// A regular expression for editors; nil where every text will do.
        var pattern: String?

        static let any = TextShape(words: "text", pattern: nil)
        static let name = TextShape(words: "name without spaces", pattern: #"^\S{1,200}$"#)
    }

    /// Which numbers are taken.
    struct NumberRange: Sendable, Equatable {
        /// What a message says was expected.
        var words: String
        var least: Double?
        var above: Double?
        var most: Double?
        /// The finest fraction; nil for any.
        var step: Double?

        func accepts(_ number: Double) -> Bool {
            if let least, number < least { return false }
            if let above, number <= above { return false }
            if let most, number > most { return false }
            guard let step else { return true }
            // Finer fractions could not be added and taken away without rounding.
            return ((number / step).rounded() * step - number).magnitude < 1e-12
                * max(1, number.magnitude)
        }

        static let any = NumberRange(words: "a number")
        static let atLeast0 = NumberRange(words: "a number of at least 0", least: 0)
        static let fraction = NumberRange(words: "a number from 0 to 1", least: 0, most: 1)
        static let above0 = NumberRange(words: "a number above 0", above: 0)
    }

    /// What a person is told a field of this form takes.
    var words: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range):
            if range.upperBound == .max {
                "a whole number of at least \(range.lowerBound)"
            } else if range.lowerBound == .min {
                "a whole number"
            } else {
                "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
        case .seed: "a whole number from 0 to \(UInt64.max)"
        case .number(let range): range.words
        case .text(let shape): shape.words
        case .scalar: "a boolean, number or text"
        case .duration: "a duration such as 90s, 15m, 2h, 1d or 500ms"
        case .size: "a size such as 500MB or 2GiB"
        case .budget: "a count such as 100 or a percentage such as 1%"
        case .percentage: "a percentage such as 2%"
        case .choice: "one of the values below"
        case .list(let item, _): "a list, each item \(item.words)"
        case .map(let value, let keys): "a mapping of \(keys) to \(value.words)"
        case .section: "a mapping with the fields below"
        case .either(_, let words): words
        }
    }
}

/// A word of a campaign file: an enum whose cases are written by their raw value.
protocol FileChoice: RawRepresentable<String>, CaseIterable, Sendable {
    /// What choosing it means, in one sentence without a full stop.
    var summary: String { get }
    /// Whether this version runs it.
    var isSupported: Bool { get }
}

extension FileChoice {
    var isSupported: Bool { true }

    static var choices: [Form.Choice] {
        allCases.map {
            Form.Choice(word: $0.rawValue, summary: $0.summary, isSupported: $0.isSupported)
        }
    }
}
