import Foundation
import Media

/// What `duet media show` says of a clip.
struct MediaReport: Encodable {
    struct Video: Encodable {
        var track: Int
        var codec: String
        var pixelFormat: String
        var storedWidth: Int
        var storedHeight: Int
        var width: Int
        var height: Int
        var rotation: Int
        var mirrored: Bool
        var pixelAspect: Double
        var fps: String
        var variableRate: Bool
        var pictures: Int
        var seconds: Double
    }

    struct Audio: Encodable {
        var track: Int
        var codec: String
        var sampleRate: Int
        var channels: Int
        var layout: String
        var samples: Int
        var seconds: Double
        var peak: Double
    }

    var file: String
    var container: String
    var bytes: Int64
    var seconds: Double
    var video: Video?
    var audio: Audio?
    var otherTracks: [String]
    var warnings: [String]

    init(_ file: String, _ description: MediaDescription, _ tally: MediaTally) {
        self.file = file
        container = description.container
        bytes = description.bytes
        seconds = max(tally.pictureEnd, tally.sampleEnd)
        otherTracks = description.otherTracks
        warnings = description.warnings
        // Containers round times to milliseconds, or to a fraction of a slow clock.
        let isVariable = tally.longestInterval > tally.shortestInterval * 1.1 + 0.002
        video = description.video.map {
            Video(
                track: $0.track, codec: $0.codec, pixelFormat: $0.pixelFormat,
                storedWidth: $0.storedSize.width, storedHeight: $0.storedSize.height,
                width: $0.size.width, height: $0.size.height, rotation: $0.rotation,
                mirrored: $0.isMirrored, pixelAspect: $0.pixelAspect, fps: $0.rate.description,
                variableRate: isVariable, pictures: tally.pictures, seconds: tally.pictureEnd)
        }
        audio = description.audio.map {
            Audio(
                track: $0.track, codec: $0.codec, sampleRate: $0.sampleRate,
                channels: $0.channels, layout: $0.layout, samples: tally.samples,
                seconds: tally.sampleEnd, peak: Double(tally.peak))
        }
        warnings += decodingWarnings(tally)
    }

    private func decodingWarnings(_ tally: MediaTally) -> [String] {
        var warnings: [String] = []
        if let video, video.variableRate {
            let shortest = milliseconds(tally.shortestInterval)
            warnings.append(
                "pictures come from \(shortest) to \(milliseconds(tally.longestInterval)) apart; "
                    + "reading brings them to one rate")
        }
        if tally.disorderedPictures > 0 {
            warnings.append("\(tally.disorderedPictures) pictures have times that go back")
        }
        if video == nil { warnings.append("there are no pictures") }
        guard let audio else { return warnings + ["there is no sound"] }
        if audio.peak == 0 { warnings.append("the sound is silence") }
        if audio.peak > 1 { warnings.append("samples exceed full scale") }
        if video != nil, abs(tally.pictureEnd - tally.sampleEnd) > 0.1 {
            warnings.append(
                "pictures end at \(number(tally.pictureEnd, 2)) s, "
                    + "sound at \(number(tally.sampleEnd, 2)) s")
        }
        return warnings
    }

    func printJSON() throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }

    func printText() {
        print("\(file): \(container), \(bytes) bytes, \(number(seconds, 2)) s")
        if let video {
            print("  video  track \(video.track): \(video.codec), \(video.pixelFormat)")
            print(
                "         \(video.width)x\(video.height), \(video.fps) pictures/s\(turned(video))")
            print("         \(video.pictures) pictures in \(number(video.seconds, 2)) s")
        }
        if let audio {
            let peak = audio.peak > 0 ? number(20 * log10(audio.peak), 1) + " dB" : "none"
            print("  audio  track \(audio.track): \(audio.codec), \(audio.layout)")
            print("         \(audio.sampleRate) Hz, peak \(peak)")
            print("         \(audio.samples) samples in \(number(audio.seconds, 2)) s")
        }
        for track in otherTracks { print("  unused track \(track)") }
        for warning in warnings { print("  warning: \(warning)") }
    }

    private func turned(_ video: Video) -> String {
        var notes: [String] = []
        if video.rotation != 0 { notes.append("turned by \(video.rotation)°") }
        if video.mirrored { notes.append("mirrored") }
        if video.pixelAspect != 1 { notes.append("pixel aspect \(number(video.pixelAspect, 3))") }
        if notes.isEmpty { return "" }
        return "; stored as \(video.storedWidth)x\(video.storedHeight), "
            + notes.joined(separator: ", ")
    }

    private func milliseconds(_ seconds: Double) -> String { number(seconds * 1000, 0) + " ms" }
}

/// Writes a number with so many decimals.
private func number(_ value: Double, _ decimals: Int) -> String {
    value.formatted(.number.precision(.fractionLength(decimals)).grouping(.never))
}
