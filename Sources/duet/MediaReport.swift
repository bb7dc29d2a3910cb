import Console
import Foundation
import Media
import Words

/// What `duet media show` says of a clip.
struct MediaReport {
    private let file: String
    private let description: MediaDescription
    private let tally: MediaTally

    init(_ file: String, _ description: MediaDescription, _ tally: MediaTally) {
        self.file = file
        self.description = description
        self.tally = tally
    }

    private var seconds: Double { max(tally.pictureEnd, tally.sampleEnd) }

    /// Containers round times to milliseconds, or to a fraction of a slow clock.
    private var isVariable: Bool { tally.longestInterval > tally.shortestInterval * 1.1 + 0.002 }

    /// All of it, for programs.
    var value: Value {
        .object([
            .init("file", .text(file)), .init("container", .text(description.container)),
            .init("bytes", .integer(description.bytes)), .init("seconds", rounded(seconds)),
            .init("video", description.video.map { value(of: $0) } ?? .null),
            .init("audio", description.audio.map { value(of: $0) } ?? .null),
            .init("other_tracks", .list(description.otherTracks.map { .text($0) })),
            .init("warnings", .list(warnings.map { .text($0) })),
        ])
    }

    private func value(of video: MediaDescription.Video) -> Value {
        .object([
            .init("track", .integer(Int64(video.track))), .init("codec", .text(video.codec)),
            .init("pixel_format", .text(video.pixelFormat)),
            .init("width", .integer(Int64(video.size.width))),
            .init("height", .integer(Int64(video.size.height))),
            .init("stored_width", .integer(Int64(video.storedSize.width))),
            .init("stored_height", .integer(Int64(video.storedSize.height))),
            .init("rotation", .integer(Int64(video.rotation))),
            .init("mirrored", .flag(video.isMirrored)),
            .init("pixel_aspect", rounded(video.pixelAspect)),
            .init("fps", .text(video.rate.description)),
            .init("variable_rate", .flag(isVariable)),
            .init("pictures", .integer(Int64(tally.pictures))),
            .init("seconds", rounded(tally.pictureEnd)),
        ])
    }

    private func value(of audio: MediaDescription.Audio) -> Value {
        .object([
            .init("track", .integer(Int64(audio.track))), .init("codec", .text(audio.codec)),
            .init("sample_rate", .integer(Int64(audio.sampleRate))),
            .init("channels", .integer(Int64(audio.channels))),
            .init("layout", .text(audio.layout)),
            .init("samples", .integer(Int64(tally.samples))),
            .init("seconds", rounded(tally.sampleEnd)),
            .init("peak", rounded(Double(tally.peak))),
        ])
    }

    /// All of it, for people.
    func text(_ paint: Paint) -> String {
        var lines = [
            "\(file): \(description.container), \(byteSize(description.bytes)), "
                + "\(decimals(seconds, 2)) s"
        ]
        if let video = description.video {
            lines += [
                "  video  track \(video.track): \(video.codec), \(video.pixelFormat)",
                "         \(video.size), \(video.rate) pictures/s\(turned(video))",
                "         \(counted(tally.pictures, "picture")) in "
                    + "\(decimals(tally.pictureEnd, 2)) s",
            ]
        }
        if let audio = description.audio {
            let peak = tally.peak > 0 ? decimals(20 * log10(Double(tally.peak)), 1) + " dB" : "none"
            lines += [
                "  audio  track \(audio.track): \(audio.codec), \(audio.layout)",
                "         \(audio.sampleRate) Hz, peak \(peak)",
                "         \(counted(tally.samples, "sample")) in \(decimals(tally.sampleEnd, 2)) s",
            ]
        }
        lines += description.otherTracks.map { "  unused track \($0)" }
        lines += warnings.map { paint("  warning: ", .yellow) + $0 }
        return lines.map { $0 + "\n" }.joined()
    }

    private func turned(_ video: MediaDescription.Video) -> String {
        var notes: [String] = []
        if video.rotation != 0 { notes.append("turned by \(video.rotation)°") }
        if video.isMirrored { notes.append("mirrored") }
        if video.pixelAspect != 1 { notes.append("pixel aspect \(decimals(video.pixelAspect))") }
        if notes.isEmpty { return "" }
        return "; stored as \(video.storedSize), " + notes.joined(separator: ", ")
    }

    private var warnings: [String] {
        var warnings = description.warnings
        if isVariable {
            warnings.append(
                "pictures come from \(duration(tally.shortestInterval)) to "
                    + "\(duration(tally.longestInterval)) apart; reading brings them to one rate")
        }
        if tally.disorderedPictures > 0 {
            let count = counted(
                tally.disorderedPictures, "picture has a time", "pictures have times")
            warnings.append("\(count) before the one shown last")
        }
        if description.video == nil { warnings.append("there are no pictures") }
        guard description.audio != nil else { return warnings + ["there is no sound"] }
        if tally.peak == 0 { warnings.append("the sound is silence") }
        if tally.peak > 1 { warnings.append("samples exceed full scale") }
        if description.video != nil, abs(tally.pictureEnd - tally.sampleEnd) > 0.1 {
            warnings.append(
                "pictures end at \(decimals(tally.pictureEnd, 2)) s, "
                    + "sound at \(decimals(tally.sampleEnd, 2)) s")
        }
        return warnings
    }

    /// A number to the microsecond; more digits come from binary fractions.
    private func rounded(_ value: Double) -> Value { .number((value * 1e6).rounded() / 1e6) }
}
