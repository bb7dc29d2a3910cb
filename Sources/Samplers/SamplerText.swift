/// A setting of the sampler that files and command lines write as a text.
public protocol SamplerText: Codable {
    /// Reads the text; nil when it is none of these.
    init?(text: String)

    /// The text that it is written as.
    var text: String { get }

    /// What a person may write, for messages.
    static var choices: String { get }
}

extension SamplerText {
    /// Reads a text.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "is \"\(text)\"; write \(Self.choices)"))
        }
        self = value
    }

    /// Writes a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension SolverChoice: SamplerText {
    /// Reads `euler`, `unipc`, `unipc-3`, `unipc-2-bh1`, `dpm++`, `dpm++-3`, `dpm++-2-heun`.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let order = parts.count > 1 ? Int(parts[1]) : 2
        guard parts.count <= 3, let order, (1...3).contains(order) else { return nil }
        switch parts[0] {
        case "euler" where parts.count == 1: self = .euler
        case "unipc":
            guard let variant = UniPC.Variant(rawValue: parts.count > 2 ? parts[2] : "bh2") else {
                return nil
            }
            self = .unipc(order: order, variant)
        case "dpm++":
            let name = parts.count > 2 ? parts[2] : "midpoint"
            guard let variant = DPMSolver.Variant(rawValue: name) else { return nil }
            self = .dpm(order: order, variant)
        default: return nil
        }
    }

    /// The name with its order and variant.
    public var text: String {
        switch self {
        case .euler: "euler"
        case .unipc(let order, let variant): "unipc-\(order)-\(variant.rawValue)"
        case .dpm(let order, let variant): "dpm++-\(order)-\(variant.rawValue)"
        }
    }

    /// What a person may write.
    public static let choices = "euler, unipc, unipc-3, unipc-2-bh1, dpm++, dpm++-3 or dpm++-2-heun"
}

/// How far a schedule's levels are moved towards noise.
public enum ShiftChoice: Hashable, Sendable {
    /// By a number.
    case fixed(Double)
    /// By JavisDiT++'s rule of a clip's pixels and pictures.
    case bySize
    /// By diffusers' rule of the number of tokens.
    case byTokens

    /// The shift for a clip.
    public func value(height: Int, width: Int, frames: Int, tokens: Int) -> Double {
        switch self {
        case .fixed(let shift): shift
        case .bySize: Shift.javis(height: height, width: width, frames: frames)
        case .byTokens: Shift.byTokens(tokens)
        }
    }
}

extension ShiftChoice: SamplerText {
    /// Reads a number, `by-size` or `by-tokens`.
    public init?(text: String) {
        switch text {
        case "by-size": self = .bySize
        case "by-tokens": self = .byTokens
        default:
            guard let number = Double(text), number > 0, number.isFinite else { return nil }
            self = .fixed(number)
        }
    }

    /// The number, or the rule's name.
    public var text: String {
        switch self {
        case .fixed(let shift): shift == shift.rounded() ? "\(Int(shift))" : "\(shift)"
        case .bySize: "by-size"
        case .byTokens: "by-tokens"
        }
    }

    /// What a person may write.
    public static let choices = "a number above 0, by-size or by-tokens"
}

extension Guidance: SamplerText {
    /// Reads a scale, such as `5`, or a scale within noise levels, such as `5@0.2-0.9`.
    public init?(text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let scale = Float(parts[0]), scale.isFinite else { return nil }
        guard parts.count > 1 else {
            self.init(scale: scale)
            return
        }
        let ends = parts[1].split(separator: "-").compactMap { Float($0) }
        guard parts.count == 2, ends.count == 2, 0 <= ends[0], ends[0] <= ends[1], ends[1] <= 1
        else { return nil }
        self.init(scale: scale, interval: ends[0]...ends[1])
    }

    /// The scale, with its interval unless that is all levels.
    public var text: String {
        let number = scale == scale.rounded() ? "\(Int(scale))" : "\(scale)"
        if interval == 0...1 { return number }
        return "\(number)@\(interval.lowerBound)-\(interval.upperBound)"
    }

    /// What a person may write.
    public static let choices = "a scale such as 5, or a scale and noise levels such as 5@0.2-0.9"
}

extension Schedule.Spacing: Codable {}
