/// What the headers of a media file say.
public struct MediaDescription: Sendable, Equatable {
    /// What is known of the pictures.
    public struct Video: Sendable, Equatable {
        /// The track's number in the file.
        public var track: Int
        /// The codec's name, such as `h264`.
        public var codec: String
        /// The size as stored.
        public var storedSize: PictureSize
        /// The size as shown: turned, and with square pixels.
        public var size: PictureSize
        /// How the pixels are stored, such as `yuv420p`.
        public var pixelFormat: String
        /// How far the picture is turned clockwise to be shown, in degrees.
        public var rotation: Int
        /// Whether it is mirrored as well.
        public var isMirrored: Bool
        /// A pixel's width over its height.
        public var pixelAspect: Double
        /// Pictures in a second, on average.
        public var rate: Rate
        /// The length in seconds; nil when the file does not say.
        public var seconds: Double?
    }

    /// What is known of the sound.
    public struct Audio: Sendable, Equatable {
        /// The track's number in the file.
        public var track: Int
        /// The codec's name, such as `aac`.
        public var codec: String
        /// Moments in a second.
        public var sampleRate: Int
        /// The number of channels.
        public var channels: Int
        /// Their loudspeakers, such as `stereo` or `5.1`.
        public var layout: String
        /// The length in seconds; nil when the file does not say.
        public var seconds: Double?
    }

    /// The container's name, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    public var container: String
    /// The file's length.
    public var bytes: Int64
    /// The length in seconds that the header declares, if it does.
    public var seconds: Double?
    /// The pictures; nil when there are none.
    public var video: Video?
    /// The sound; nil when there is none.
    public var audio: Audio?
    /// Tracks that are not read, each as `2: subtitle`.
    public var otherTracks: [String]
    /// What is odd but does not keep the file from being used.
    public var warnings: [String]
}
