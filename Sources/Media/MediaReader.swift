import CFFmpeg

/// A piece of a clip, as it comes out of a file.
public enum MediaPiece: Sendable {
    /// A picture, to be shown for one slot of the rate.
    case picture(Picture)
    /// Samples, [moments][channels].
    case samples([Float])
}

/// Reads a media file piece by piece, in bounded memory.
///
/// The clip's clock begins with the first picture: sound before it is left out, and silence
/// stands in where sound begins later. Pictures come at a constant rate: slot k shows what is on
/// the screen at (k + ½)/rate. They are turned and scaled as the header and the request say;
/// samples are mixed and resampled. A damaged or unfinished file is an error.
public struct MediaReader: ~Copyable {
    /// What the headers say.
    public let description: MediaDescription
    /// The size and rate of the pictures that come; nil when none do.
    public let videoFormat: VideoFormat?
    /// The rate and channels of the samples that come; nil when none do.
    public let audioFormat: AudioFormat?
    /// What was decoded so far.
    public private(set) var tally = MediaTally()
    private let container: Container
    private var video: VideoTrack?
    private var audio: AudioTrack?
    private let packet = Packet()
    /// When the clip's clock begins, in seconds of the file's own clock.
    private let start: Double
    private var shown: (picture: Picture, slots: Int)?
    private var stage = Stage.reading

    private enum Stage { case reading, draining, done }

    /// Opens a file.
    public init(_ path: String, as request: MediaRequest = MediaRequest()) throws(MediaError) {
        try request.check(for: path)
        let container = try Container.open(path, request.limits)
        let description = container.description()
        let videoIndex = request.wantsVideo ? description.video?.track : nil
        let audioIndex = request.wantsAudio ? description.audio?.track : nil
        try Self.check(description, path, request)
        var (videoFormat, audioFormat): (VideoFormat?, AudioFormat?)
        var video: VideoTrack?
        var audio: AudioTrack?
        if let videoIndex {
            let origin = container.start(of: videoIndex, inTicksOf: videoIndex)
            let track = try VideoTrack(container, index: videoIndex, origin: origin ?? 0, request)
            videoFormat = VideoFormat(size: track.size, rate: track.rate)
            video = consume track
        }
        if let audioIndex {
            let origin = videoIndex.map { container.start(of: $0, inTicksOf: audioIndex) ?? 0 }
            let track = try AudioTrack(container, index: audioIndex, origin: origin, request)
            audioFormat = AudioFormat(sampleRate: track.sampleRate, channels: track.channels)
            audio = consume track
        }
        container.keepOnly([videoIndex, audioIndex].compactMap(\.self))
        self.description = description
        start = container.startSeconds(videoIndex ?? audioIndex ?? 0)
        self.container = container
        self.videoFormat = videoFormat
        self.audioFormat = audioFormat
        self.video = video
        self.audio = audio
    }

    /// Returns the next piece, or nil at the end.
    public mutating func next() throws(MediaError) -> MediaPiece? {
        while true {
            if let (picture, slots) = shown {
                shown = slots > 1 ? (picture, slots - 1) : nil
                return .picture(picture)
            }
            if stage == .done { return nil }
            shown = try video?.next(&tally) ?? nil
            if shown != nil { continue }
            if let samples = try audio?.next(&tally) ?? nil {
                if !samples.isEmpty { return .samples(samples) }
                continue
            }
            if stage == .draining {
                stage = .done
                shown = try video?.last() ?? nil
                try checkEnd()
                if let samples = audio?.last(), !samples.isEmpty { return .samples(samples) }
            } else {
                try feed()
            }
        }
    }

    /// Gives the decoders one more packet, or tells them that there are no more.
    private mutating func feed() throws(MediaError) {
        if try unsafe container.read(into: packet.pointer) {
            defer { packet.empty() }
            if videoFormat != nil, packet.track == description.video?.track {
                try unsafe video?.send(packet.pointer)
            }
            if audioFormat != nil, packet.track == description.audio?.track {
                try unsafe audio?.send(packet.pointer)
            }
        } else {
            stage = .draining
            try unsafe video?.send(nil)
            try unsafe audio?.send(nil)
        }
    }

    private static func check(
        _ description: MediaDescription, _ path: String, _ request: MediaRequest
    ) throws(MediaError) {
        let hasVideo = request.wantsVideo && description.video != nil
        let hasAudio = request.wantsAudio && description.audio != nil
        if !hasVideo, !hasAudio {
            let wanted =
                request.wantsVideo
                ? (request.wantsAudio ? "pictures or sound" : "pictures") : "sound"
            throw MediaError(
                .missingTrack, path, "it has no track of \(wanted)",
                advice: "give a file that has one, or leave it out")
        }
        if let seconds = description.seconds, seconds > Double(request.limits.seconds) {
            throw MediaError(
                .tooLarge, path,
                "it declares a length of \(inSeconds(seconds)), more than "
                    + "\(request.limits.seconds) s",
                advice: "cut it, or export it again when that is not its length")
        }
    }

    /// Refuses a file that ends before its header says so.
    private func checkEnd() throws(MediaError) {
        let found = max(tally.pictureEnd, tally.sampleEnd)
        if videoFormat != nil, tally.pictures == 0 {
            throw damaged("none of its pictures can be decoded")
        }
        if audioFormat != nil, tally.samples == 0 {
            throw damaged("none of its sound can be decoded")
        }
        let tracks = [
            ("pictures", videoFormat == nil ? nil : description.video?.seconds, tally.pictureEnd),
            ("sound", audioFormat == nil ? nil : description.audio?.seconds, tally.sampleEnd),
        ]
        for (name, declared, end) in tracks {
            guard let declared, end < declared - Self.slack else { continue }
            // Some containers give every track the length of the longest.
            if declared == description.seconds, found >= declared - Self.slack { continue }
            throw cutOff("its \(name) end", end, declared)
        }
        let isWhole =
            (videoFormat == nil) == (description.video == nil)
            && (audioFormat == nil) == (description.audio == nil)
            && description.otherTracks.isEmpty
        // Matroska counts its length from zero, whenever the first picture comes.
        if isWhole, let declared = description.seconds, start + found < declared - Self.slack {
            throw cutOff("it ends", start + found, declared)
        }
    }

    private func cutOff(_ what: String, _ end: Double, _ declared: Double) -> MediaError {
        damaged(
            "\(what) at \(inSeconds(end)), not at \(inSeconds(declared)) as its header says: "
                + "the file is cut off")
    }

    /// How many seconds a track may be shorter than declared.
    private static let slack = 0.25

    private func damaged(_ reason: String) -> MediaError {
        MediaError(
            .damaged, container.path, reason, advice: "fetch or export it again, or leave it out")
    }
}
