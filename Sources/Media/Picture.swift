/// A width and a height in pixels.
public struct PictureSize: Sendable, Hashable, CustomStringConvertible {
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// Creates a size.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads `832x480`.
    public init?(text: String) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]) else {
            return nil
        }
        self.init(width: width, height: height)
    }

    /// The number of pixels.
    public var area: Int { width * height }

    /// `832x480`.
    public var description: String { "\(width)x\(height)" }
}

/// One picture: rows from the top, pixels from the left, bytes red, green, blue.
public struct Picture: Sendable, Equatable {
    /// Its size.
    public let size: PictureSize
    /// Its bytes, [height][width][3].
    public var bytes: [UInt8]

    /// Creates a picture from its bytes, [height][width][3].
    public init(size: PictureSize, bytes: [UInt8]) {
        precondition(bytes.count == size.area * 3)
        self.size = size
        self.bytes = bytes
    }

    /// Creates a picture of one colour.
    public init(size: PictureSize, red: UInt8, green: UInt8, blue: UInt8) {
        self.init(size: size, bytes: (0..<size.area).flatMap { _ in [red, green, blue] })
    }
}

/// Pictures that follow each other at a constant rate.
public struct VideoClip: Sendable, Equatable {
    /// The size of every picture.
    public let size: PictureSize
    /// Pictures in a second.
    public let rate: Rate
    /// All bytes, [pictures][height][width][3].
    public var bytes: [UInt8]

    /// Creates a clip from its bytes, [pictures][height][width][3].
    public init(size: PictureSize, rate: Rate, bytes: [UInt8] = []) {
        precondition(size.area > 0 && bytes.count.isMultiple(of: size.area * 3))
        self.size = size
        self.rate = rate
        self.bytes = bytes
    }

    /// The number of pictures.
    public var count: Int { bytes.count / (size.area * 3) }

    /// Its length in seconds.
    public var seconds: Double { Double(count) / rate.perSecond }

    /// Copies out one picture.
    public subscript(index: Int) -> Picture {
        let length = size.area * 3
        return Picture(size: size, bytes: Array(bytes[index * length..<(index + 1) * length]))
    }
}

/// Samples at a constant rate, 1.0 being full scale.
public struct AudioClip: Sendable, Equatable {
    /// Moments in a second.
    public let sampleRate: Int
    /// Values of one moment.
    public let channels: Int
    /// All values, [moments][channels].
    public var samples: [Float]

    /// Creates a clip from its samples, [moments][channels].
    public init(sampleRate: Int, channels: Int, samples: [Float] = []) {
        precondition(sampleRate > 0 && channels > 0 && samples.count.isMultiple(of: channels))
        self.sampleRate = sampleRate
        self.channels = channels
        self.samples = samples
    }

    /// The number of moments.
    public var count: Int { samples.count / channels }

    /// Its length in seconds.
    public var seconds: Double { Double(count) / Double(sampleRate) }

    /// The mean of all channels.
    public var mono: [Float] {
        if channels == 1 { return samples }
        return stride(from: 0, to: samples.count, by: channels).map { start in
            samples[start..<start + channels].reduce(0, +) / Float(channels)
        }
    }
}

/// A clip of pictures and sound, either of which may be missing.
public struct MediaClip: Sendable, Equatable {
    /// The pictures.
    public var video: VideoClip?
    /// The sound.
    public var audio: AudioClip?

    /// Creates a clip.
    public init(video: VideoClip? = nil, audio: AudioClip? = nil) {
        self.video = video
        self.audio = audio
    }
}
