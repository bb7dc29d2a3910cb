/// The kind and sizes of a model's codec, as `model.json` has them.
public enum CodecDescription: Equatable, Sendable {
    /// Linear maps of patches; see `PatchCodec`.
    case patches(Patches)

    /// The sizes of a patch codec.
    public struct Patches: Codable, Equatable, Sendable {
        /// Pictures, rows and columns of a video patch.
        public var videoPatch: [Int]
        /// Channels that a video patch becomes.
        public var videoChannels: Int
        /// Frames and bins of a mel patch.
        public var audioPatch: [Int]
        /// Channels that a mel patch becomes.
        public var audioChannels: Int
        /// How sound becomes a picture of itself.
        public var mel: MelSettings

        /// Names the sizes.
        public init(
            videoPatch: [Int], videoChannels: Int, audioPatch: [Int], audioChannels: Int,
            mel: MelSettings
        ) {
            (self.videoPatch, self.videoChannels) = (videoPatch, videoChannels)
            (self.audioPatch, self.audioChannels) = (audioPatch, audioChannels)
            self.mel = mel
        }

        private enum CodingKeys: String, CodingKey {
            case mel
            case videoPatch = "video_patch"
            case videoChannels = "video_channels"
            case audioPatch = "audio_patch"
            case audioChannels = "audio_channels"
        }
    }

    /// Says how it contradicts the clips and the network.
    func contradictions(_ clip: ClipShape, _ network: ModelDescription.Network) -> [String] {
        switch self {
        case .patches(let patches): patches.contradictions(clip, network)
        }
    }
}

extension CodecDescription: Codable {
    private enum CodingKeys: String, CodingKey { case kind }

    /// Reads the codec of a kind.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard kind == "patches" else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: values,
                debugDescription: "is \"\(kind)\"; this version knows patches")
        }
        self = .patches(try Patches(from: decoder))
    }

    /// Writes the kind and the sizes.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .patches(let patches):
            try values.encode("patches", forKey: .kind)
            try patches.encode(to: encoder)
        }
    }
}

extension CodecDescription.Patches {
    fileprivate func contradictions(
        _ clip: ClipShape, _ network: ModelDescription.Network
    ) -> [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { found.append(sentence) } }
        check(
            videoPatch.count == 3 && videoPatch.allSatisfy { $0 > 0 },
            "codec.video_patch is \(videoPatch); it needs 3 lengths above 0")
        check(
            audioPatch.count == 2 && audioPatch.allSatisfy { $0 > 0 },
            "codec.audio_patch is \(audioPatch); it needs 2 lengths above 0")
        found += mel.contradictions.map { "codec.mel.\($0)" }
        guard found.isEmpty else { return found }
        check(
            (1...3 * videoPatch.reduce(1, *)).contains(videoChannels),
            "codec.video_channels is \(videoChannels), and a patch has "
                + "\(3 * videoPatch.reduce(1, *)) numbers")
        check(
            (1...audioPatch.reduce(1, *)).contains(audioChannels),
            "codec.audio_channels is \(audioChannels), and a patch has "
                + "\(audioPatch.reduce(1, *)) numbers")
        check(
            videoChannels == network.videoChannels && audioChannels == network.audioChannels,
            "the codec makes \(videoChannels) and \(audioChannels) channels, the network takes "
                + "\(network.videoChannels) and \(network.audioChannels)")
        check(
            mel.bins % audioPatch[1] == 0,
            "codec.mel.bins \(mel.bins) is no multiple of codec.audio_patch's \(audioPatch[1])")
        let steps = zip(videoPatch, network.videoPatch).map { $0 * $1 }
        let lengths = [clip.frames, clip.height, clip.width]
        check(
            zip(lengths, steps).allSatisfy { $0 % $1 == 0 },
            "clip \(lengths) is no multiple of the video patches, \(steps)")
        return found
    }
}
