public import Media

/// A dataset's own clip, brought to the shape that a model takes.
public enum GroundTruth {
    /// What may be missing at a clip's end before it is refused, in seconds: containers round.
    static let slack = 0.25

    /// Reads pictures and sound from one file, or from one each.
    ///
    /// Pictures come at the shape's rate and size, covering it, sound in one channel at
    /// `sampleRate`; what is longer is cut at its end. Where up to a quarter of a second is
    /// missing, the last picture stands and silence follows.
    public static func read(
        video: String?, audio: String?, as shape: ClipShape, sampleRate: Int
    ) throws(GroundTruthError) -> (video: VideoClip, audio: AudioClip) {
        guard let first = video ?? audio else { throw .absent }
        let size = PictureSize(width: shape.width, height: shape.height)
        var request = MediaRequest(
            rate: shape.rate, size: size, sampleRate: sampleRate, channels: 1)
        var clip = MediaClip()
        do throws(MediaError) {
            request.wantsAudio = audio == nil || audio == first
            clip = try MediaClip.read(first, as: request)
            if let audio, audio != first {
                (request.wantsVideo, request.wantsAudio) = (false, true)
                clip.audio = try MediaClip.read(audio, as: request).audio
            }
        } catch {
            throw .media(error)
        }
        guard var pictures = clip.video else { throw .missing(first, "pictures") }
        guard var sound = clip.audio else { throw .missing(audio ?? first, "sound") }
        let count = shape.samples(at: sampleRate)
        for (path, what, found) in [
            (first, "pictures", pictures.seconds), (audio ?? first, "sound", sound.seconds),
        ] where found < shape.seconds - slack {
            throw .short(path, what, seconds: found, needed: shape.seconds)
        }
        let picture = size.area * 3
        let last = pictures.bytes.suffix(picture)
        while pictures.count < shape.frames { pictures.bytes += last }
        pictures.bytes.removeLast((pictures.count - shape.frames) * picture)
        sound.samples += [Float](repeating: 0, count: max(0, count - sound.count))
        sound.samples.removeLast(sound.count - count)
        return (pictures, sound)
    }
}

/// Why a ground truth cannot be taken in.
public enum GroundTruthError: Error, Equatable, CustomStringConvertible, Sendable {
    /// There are no files.
    case absent
    /// A file cannot be decoded.
    case media(MediaError)
    /// A file lacks what a joint model needs.
    case missing(String, String)
    /// A file ends too early.
    case short(String, String, seconds: Double, needed: Double)

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .absent: "the prompt has no ground truth; leave include_reference out for it"
        case .media(let error): error.description
        case .missing(let path, let what):
            "\(path): it has no \(what), and a joint model needs pictures and sound; name a file "
                + "for each, or leave it out"
        case .short(let path, let what, let seconds, let needed):
            "\(path): its \(what) last \(rounded(seconds)) s and the model's clips "
                + "\(rounded(needed)) s; give a longer clip"
        }
    }
}

private func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
