public import Media

/// The length, size and rate of a clip; its sound is as long as its pictures.
public struct ClipShape: Equatable, Hashable, Sendable {
    /// Pictures.
    public var frames: Int
    /// Pixels from top to bottom and from left to right.
    public var height, width: Int
    /// Pictures in a second.
    public var rate: Rate

    /// Names a shape.
    public init(frames: Int, height: Int, width: Int, rate: Rate) {
        (self.frames, self.height, self.width, self.rate) = (frames, height, width, rate)
    }

    /// How long it is.
    public var seconds: Double { Double(frames) / rate.perSecond }

    /// Moments of sound at a rate: as many as begin before the last picture ends.
    public func samples(at sampleRate: Int) -> Int {
        (frames * rate.denominator * sampleRate + rate.numerator - 1) / rate.numerator
    }
}

extension ClipShape: Codable {
    private enum CodingKeys: String, CodingKey { case frames, height, width, fps }

    /// Reads the shape; `fps` is a text such as `16` or `30000/1001`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        frames = try values.decode(Int.self, forKey: .frames)
        height = try values.decode(Int.self, forKey: .height)
        width = try values.decode(Int.self, forKey: .width)
        let text = try values.decode(String.self, forKey: .fps)
        guard let rate = Rate(text: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .fps, in: values,
                debugDescription: "is \"\(text)\"; write a rate such as \"16\" or \"30000/1001\"")
        }
        self.rate = rate
    }

    /// Writes the shape.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(frames, forKey: .frames)
        try values.encode(height, forKey: .height)
        try values.encode(width, forKey: .width)
        try values.encode(rate.description, forKey: .fps)
    }
}
