import CFFmpeg

/// How a clip is coded: container, codecs and their settings.
struct EncodingPlan: Sendable {
    /// A codec of FFmpeg with the layout it wants and its options.
    struct Codec: Sendable {
        var name: String
        /// Pixel or sample format, by FFmpeg's name.
        var format: String
        var options: [String: String] = [:]
    }

    var container: String
    var options: [String: String] = [:]
    var video: Codec
    var audio: Codec
    /// Turns of the picture that players are told to make, in degrees clockwise.
    var rotation = 0

    /// H.264 and AAC in MP4.
    ///
    /// One thread, and x264 without its AVX-512 code where there is any: with it the same pictures
    /// give other bytes from one encoding to the next in the same process.
    static let mp4 = EncodingPlan(
        container: "mp4", options: ["movflags": "+faststart"],
        video: Codec(
            name: "libx264", format: "yuv420p",
            options: ["preset": "medium", "crf": "18", "x264-params": withoutAVX512 + "threads=1"]),
        audio: Codec(name: "aac", format: "fltp", options: ["b": "160000"]))

    /// The option may only be given where the machine has AVX2: x264 takes it at its word.
    private static let withoutAVX512 =
        av_get_cpu_flags() & AV_CPU_FLAG_AVX512 != 0 ? "asm=AVX2:" : ""

    /// FFV1 and FLAC (24 bits) in Matroska: pictures come back as they went in.
    static let matroska = EncodingPlan(
        container: "matroska",
        video: Codec(
            name: "ffv1", format: "bgr0",
            options: ["level": "3", "g": "1", "slices": "4", "slicecrc": "1"]),
        audio: Codec(name: "flac", format: "s32"))
}

/// The containers that Duet writes pictures and sound to.
public enum MediaContainer: String, Sendable, CaseIterable {
    /// H.264 (yuv420p, CRF 18) and AAC: what every player opens.
    case mp4
    /// FFV1 and 24-bit FLAC in Matroska: without loss.
    case mkv

    var plan: EncodingPlan { self == .mp4 ? .mp4 : .matroska }
}
