/// What pictures are like.
public struct VideoFormat: Sendable, Hashable {
    /// The size of every picture.
    public var size: PictureSize
    /// Pictures in a second.
    public var rate: Rate

    /// Creates a format.
    public init(size: PictureSize, rate: Rate) {
        self.size = size
        self.rate = rate
    }
}

/// What sound is like.
public struct AudioFormat: Sendable, Hashable {
    /// Moments in a second.
    public var sampleRate: Int
    /// Values of one moment.
    public var channels: Int

    /// Creates a format.
    public init(sampleRate: Int, channels: Int) {
        self.sampleRate = sampleRate
        self.channels = channels
    }
}

/// What came out of a file while it was decoded, before rates and sizes were changed.
public struct MediaTally: Sendable, Equatable {
    /// Decoded pictures.
    public var pictures = 0
    /// When the last of them goes, in seconds.
    public var pictureEnd = 0.0
    /// The shortest time between two pictures, in seconds.
    public var shortestInterval = Double.infinity
    /// The longest time between two pictures, in seconds.
    public var longestInterval = 0.0
    /// Pictures whose time was not after the one before.
    public var disorderedPictures = 0
    /// Decoded moments of sound.
    public var samples = 0
    /// When the sound ends, in seconds.
    public var sampleEnd = 0.0
    /// The largest absolute sample of any channel.
    public var peak: Float = 0
}
