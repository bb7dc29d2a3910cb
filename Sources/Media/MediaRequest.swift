/// How the pictures and the sound of a file are wanted; what is nil stays as the file has it.
public struct MediaRequest: Sendable {
    /// Pictures in a second; without it a file of changing rate comes at its average.
    public var rate: Rate?
    /// The size of the pictures.
    public var size: PictureSize?
    /// How pictures of another shape fill that size.
    public var fit: PictureFit
    /// Samples in a second.
    public var sampleRate: Int?
    /// One or two channels.
    public var channels: Int?
    /// Whether pictures are decoded; off, only the sound is.
    public var wantsVideo = true
    /// Whether sound is decoded; off, only the pictures are.
    public var wantsAudio = true
    /// What is refused.
    public var limits = MediaLimits()

    /// Creates a request.
    public init(
        rate: Rate? = nil, size: PictureSize? = nil, fit: PictureFit = .cover,
        sampleRate: Int? = nil, channels: Int? = nil
    ) {
        self.rate = rate
        self.size = size
        self.fit = fit
        self.sampleRate = sampleRate
        self.channels = channels
    }

    /// Refuses what no file could satisfy.
    func check(for path: String) throws(MediaError) {
        func refuse(_ reason: String, _ advice: String) -> MediaError {
            MediaError(.invalidRequest, path, reason, advice: advice)
        }
        if let size,
            min(size.width, size.height) < 1
                || max(size.width, size.height) > limits.pictureSide
        {
            throw refuse(
                "pictures of \(size) were asked for",
                "give a width and a height from 1 to \(limits.pictureSide)")
        }
        if let rate, !(0.001...1000).contains(rate.perSecond) {
            throw refuse(
                "\(rate) pictures a second were asked for", "give a rate from 0.001 to 1000")
        }
        if let sampleRate, !(100...limits.sampleRate).contains(sampleRate) {
            throw refuse(
                "\(sampleRate) samples a second were asked for",
                "give a rate from 100 to \(limits.sampleRate)")
        }
        if let channels, channels != 1, channels != 2 {
            throw refuse("\(channels) channels were asked for", "give 1 or 2")
        }
    }
}
