import CFFmpeg

/// Writes pictures and sound to an MP4 or Matroska file that appears when it is finished.
///
/// The same pictures and samples give the same bytes, however they are cut into pieces and
/// whichever comes first.
@safe public struct MediaWriter: ~Copyable {
    private let file: AtomicFile
    private let muxer: Muxer
    private var pictures: PictureEncoder?
    private var sound: SoundEncoder?
    private var nextPicture: Int64 = 0

    /// Begins a file; a track that is nil is left out.
    public init(
        _ path: String, _ container: MediaContainer, video: VideoFormat?, audio: AudioFormat?
    ) throws(MediaError) {
        let tick = video.map {
            AVRational(num: Int32($0.rate.denominator), den: Int32($0.rate.numerator))
        }
        var plan = container.plan
        if container == .mp4, let audio {
            // So that the header can name the sound's end to the sample.
            plan.options["movie_timescale"] = "\(audio.sampleRate)"
        }
        try self.init(path, plan, video: video, audio: audio, tick: tick)
    }

    /// Begins a file with any codecs; pictures are timed in units of `tick`.
    init(
        _ path: String, _ plan: EncodingPlan, video: VideoFormat?, audio: AudioFormat?,
        tick: AVRational?
    ) throws(MediaError) {
        guard video != nil || audio != nil else {
            throw MediaError(
                .invalidRequest, path, "there is nothing to write", advice: "give pictures or sound"
            )
        }
        let file = AtomicFile(path)
        let muxer = try Muxer(plan, file.temporary, path)
        if let video, let tick {
            var encoder = try PictureEncoder(
                plan.video, size: video.size, rate: video.rate, timeBase: tick, path: path,
                needsGlobalHeader: muxer.needsGlobalHeader)
            encoder.track = muxer.addTrack(
                encoder.encoder, rate: video.rate, rotation: plan.rotation)
            pictures = consume encoder
        } else {
            pictures = nil
        }
        if let audio {
            var encoder = try SoundEncoder(
                plan.audio, audio, path: path, needsGlobalHeader: muxer.needsGlobalHeader)
            encoder.track = muxer.addTrack(encoder.encoder, rate: nil, rotation: 0)
            sound = consume encoder
        } else {
            sound = nil
        }
        try muxer.begin(plan.options)
        self.file = file
        self.muxer = muxer
    }

    /// Adds the next picture.
    public mutating func append(_ picture: Picture) throws(MediaError) {
        try append(picture, at: nextPicture)
    }

    /// Adds a picture that is shown from `time` on, in ticks.
    mutating func append(_ picture: Picture, at time: Int64) throws(MediaError) {
        nextPicture = time + 1
        try pictures?.send(picture, at: time, to: muxer)
    }

    /// Adds samples, [moments][channels].
    public mutating func append(_ samples: [Float]) throws(MediaError) {
        try sound?.send(samples, to: muxer)
    }

    /// Writes the rest and puts the file in its place.
    public consuming func finish() throws(MediaError) {
        try pictures?.finish(to: muxer)
        try sound?.finish(to: muxer)
        try muxer.finish()
        try file.commit()
    }
}

extension MediaClip {
    /// Writes the clip to an MP4 or Matroska file.
    public func write(_ path: String, _ container: MediaContainer) throws(MediaError) {
        var writer = try MediaWriter(
            path, container, video: video.map { VideoFormat(size: $0.size, rate: $0.rate) },
            audio: audio.map { AudioFormat(sampleRate: $0.sampleRate, channels: $0.channels) })
        for index in 0..<(video?.count ?? 0) {
            if let video { try writer.append(video[index]) }
        }
        if let audio { try writer.append(audio.samples) }
        try writer.finish()
    }
}
