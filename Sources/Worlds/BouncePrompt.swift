/// A prompt of the bounce world: what bounces, how often, and what sounds at each impact.
public struct BouncePrompt: Sendable, Hashable {
    /// How large the shape is.
    public enum Size: String, Sendable, CaseIterable { case small, large }

    /// The shape's colour.
    public enum Colour: String, Sendable, CaseIterable {
        case red, green, blue, yellow, purple, white
    }

    /// The shape itself.
    public enum Shape: String, Sendable, CaseIterable { case circle, square, triangle }

    /// How often it touches the floor.
    public enum Count: String, Sendable, CaseIterable {
        case once, twice
        case threeTimes = "three times"

        /// 1, 2 or 3.
        public var number: Int {
            switch self {
            case .once: 1
            case .twice: 2
            case .threeTimes: 3
            }
        }
    }

    /// How high the sound is.
    public enum Pitch: String, Sendable, CaseIterable { case low, middle, high }

    /// What makes the sound.
    public enum Timbre: String, Sendable, CaseIterable { case bell, drum, buzz }

    /// How large the shape is.
    public var size: Size
    /// The shape's colour.
    public var colour: Colour
    /// The shape itself.
    public var shape: Shape
    /// How often it touches the floor.
    public var count: Count
    /// How high the sound is.
    public var pitch: Pitch
    /// What makes the sound.
    public var timbre: Timbre

    /// Makes a prompt from its words.
    public init(
        _ size: Size, _ colour: Colour, _ shape: Shape, _ count: Count, _ pitch: Pitch,
        _ timbre: Timbre
    ) {
        self.size = size
        self.colour = colour
        self.shape = shape
        self.count = count
        self.pitch = pitch
        self.timbre = timbre
    }

    /// All 972, in the order of their words.
    public static let all: [BouncePrompt] = Size.allCases.flatMap { size in
        Colour.allCases.flatMap { colour in
            Shape.allCases.flatMap { shape in
                Count.allCases.flatMap { count in
                    Pitch.allCases.flatMap { pitch in
                        Timbre.allCases.map {
                            BouncePrompt(size, colour, shape, count, pitch, $0)
                        }
                    }
                }
            }
        }
    }

    /// `a small red circle bounces twice with a low bell sound`.
    public var text: String {
        "a \(size.rawValue) \(colour.rawValue) \(shape.rawValue) bounces \(count.rawValue) "
            + "with a \(pitch.rawValue) \(timbre.rawValue) sound"
    }

    /// Reads a prompt's text back; nil when it is none of this world's.
    public init?(text: String) {
        guard let prompt = Self.byText[text.lowercased()] else { return nil }
        self = prompt
    }

    private static let byText = Dictionary(uniqueKeysWithValues: all.map { ($0.text, $0) })

    /// `small-red-circle-twice-low-bell`.
    public var name: String {
        let count = count == .threeTimes ? "thrice" : count.rawValue
        return [
            size.rawValue, colour.rawValue, shape.rawValue, count, pitch.rawValue, timbre.rawValue,
        ]
        .joined(separator: "-")
    }

    /// The prompts that differ from this one in exactly one word.
    public var neighbours: [BouncePrompt] {
        BouncePrompt.all.filter { differences(from: $0).count == 1 }
    }

    /// Which words differ.
    public func differences(from other: BouncePrompt) -> [Word] {
        Word.allCases.filter { word in
            switch word {
            case .size: size != other.size
            case .colour: colour != other.colour
            case .shape: shape != other.shape
            case .count: count != other.count
            case .pitch: pitch != other.pitch
            case .timbre: timbre != other.timbre
            }
        }
    }

    /// What a prompt leaves to say.
    public enum Word: String, Sendable, CaseIterable {
        case size, colour, shape, count, pitch, timbre
    }

    /// Every word that a prompt can have, in a fixed order.
    public static let vocabulary = [
        "a", "small", "large", "red", "green", "blue", "yellow", "purple", "white", "circle",
        "square", "triangle", "bounces", "once", "twice", "three", "times", "with", "low",
        "middle", "high", "bell", "drum", "buzz", "sound",
    ]
}
