extension MediaClip {
    /// Reads a whole file into memory.
    ///
    /// A clip that would take more than `request.limits.clipBytes` is refused.
    public static func read(
        _ path: String, as request: MediaRequest = MediaRequest()
    ) throws(MediaError) -> MediaClip {
        var reader = try MediaReader(path, as: request)
        var clip = MediaClip(
            video: reader.videoFormat.map { VideoClip(size: $0.size, rate: $0.rate) },
            audio: reader.audioFormat.map {
                AudioClip(sampleRate: $0.sampleRate, channels: $0.channels)
            })
        var bytes = 0
        while let piece = try reader.next() {
            switch piece {
            case .picture(let picture):
                clip.video?.bytes += picture.bytes
                bytes += picture.bytes.count
            case .samples(let samples):
                clip.audio?.samples += samples
                bytes += samples.count * MemoryLayout<Float>.stride
            }
            guard bytes <= request.limits.clipBytes else {
                throw MediaError(
                    .tooLarge, path,
                    "decoded it takes more than \(request.limits.clipBytes >> 20) MiB",
                    advice: "ask for a smaller size or rate, or cut it")
            }
        }
        return clip
    }
}
