/// How much a file may ask of us before it is refused.
public struct MediaLimits: Sendable {
    /// The longest clip, in seconds.
    public var seconds = 4 * 3600
    /// The widest or highest picture, in pixels.
    public var pictureSide = 8192
    /// The most tracks in a file.
    public var tracks = 64
    /// The most channels of sound.
    public var channels = 16
    /// The highest rate of sound, in samples a second.
    public var sampleRate = 768_000
    /// The most bytes that a clip takes in memory when it is read whole.
    public var clipBytes = 4 << 30

    /// Creates the usual limits.
    public init() {}
}
