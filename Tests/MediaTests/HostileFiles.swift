import Foundation
import Glibc
import Linux
import Preferences
import TemporaryFolders

@testable import Media

/// Files that no decoder should trust, made from good ones and from nothing.
struct HostileFiles {
    let mp4: [UInt8]
    let lateIndex: [UInt8]
    let mkv: [UInt8]
    let wav: [UInt8]
    let flac: [UInt8]
    let png: [UInt8]
    let silent: [UInt8]
    let avi: [UInt8]

    /// Made once for all tests.
    static let shared = Result { try HostileFiles() }

    /// Makes the good files that the bad ones come from.
    private init() throws {
        let folder = try TemporaryFolder()
        let clip = testClip(
            PictureSize(width: 64, height: 48), rate: Rate(16) ?? .usual, pictures: 32,
            sampleRate: 16000)
        try clip.write(folder.file("a.mp4"), .mp4)
        try clip.write(folder.file("a.mkv"), .mkv)
        var plan = EncodingPlan.mp4
        plan.options = [:]
        try write(clip, folder.file("late.mp4"), plan)
        try MediaClip(video: clip.video).write(folder.file("silent.mp4"), .mp4)
        try clip.audio?.write(folder.file("a.wav"), .wavFloat)
        try clip.audio?.write(folder.file("a.flac"), .flac16)
        let plain = EncodingPlan(
            container: "avi", video: .init(name: "rawvideo", format: "bgr24"),
            audio: .init(name: "pcm_s16le", format: "s16"))
        try write(clip, folder.file("a.avi"), plain)
        avi = try contents(ofFile: folder.file("a.avi"))
        mp4 = try contents(ofFile: folder.file("a.mp4"))
        lateIndex = try contents(ofFile: folder.file("late.mp4"))
        mkv = try contents(ofFile: folder.file("a.mkv"))
        silent = try contents(ofFile: folder.file("silent.mp4"))
        wav = try contents(ofFile: folder.file("a.wav"))
        flac = try contents(ofFile: folder.file("a.flac"))
        png = try testPicture(PictureSize(width: 16, height: 16)).png(for: "a.png")
    }

    /// All of them by name, in a fixed order.
    var all: [(name: String, bytes: [UInt8])] {
        strangers + cutOff + lyingSound + lyingPictures + damaged
    }

    /// Not media at all, or media that would make us open other files.
    private var strangers: [(String, [UInt8])] {
        var noise = SplitMix64(seed: 7)
        return [
            ("empty.mp4", []),
            ("text.mp4", Array("This is a text about a clip, not a clip.\n".utf8)),
            ("page.mp4", Array("<html><body>404 Not Found</body></html>".utf8)),
            ("picture.mp4", png),
            (
                "archive.mp4",
                Array("PK\u{3}\u{4}\u{14}\u{0}".utf8) + [UInt8](repeating: 0, count: 99)
            ),
            ("noise.mp4", (0..<4096).map { _ in UInt8(truncatingIfNeeded: noise.next()) }),
            ("zeros.mp4", [UInt8](repeating: 0, count: 100_000)),
            ("playlist.mp4", Array("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".utf8)),
            ("script.mp4", Array("ffconcat version 1.0\nfile '/etc/passwd'\n".utf8)),
            ("subtitles.mkv", Array("1\n00:00:00,000 --> 00:00:02,000\nHello\n".utf8)),
        ]
    }

    private var cutOff: [(String, [UInt8])] {
        [
            ("half.mp4", Array(mp4.prefix(mp4.count / 2))),
            ("begun.mp4", Array(mp4.prefix(32))),
            ("no-data.mp4", Array(mp4.prefix(position(of: "mdat", in: mp4) + 4))),
            ("no-index.mp4", Array(lateIndex.prefix(lateIndex.count / 2))),
            ("half.mkv", Array(mkv.prefix(mkv.count / 2))),
            ("begun.mkv", Array(mkv.prefix(64))),
            ("half.wav", Array(wav.prefix(wav.count / 2))),
            ("begun.wav", Array(wav.prefix(20))),
            ("half.flac", Array(flac.prefix(flac.count / 2))),
            ("begun.flac", Array(flac.prefix(50))),
        ]
    }

    /// WAV headers that say what cannot be.
    private var lyingSound: [(String, [UInt8])] {
        let format = position(of: "fmt ", in: wav) + 8
        let data = position(of: "data", in: wav) + 8
        return [
            ("no-channels.wav", patched(wav, format + 2, [0, 0])),
            ("many-channels.wav", patched(wav, format + 2, [0xff, 0xff])),
            ("no-rate.wav", patched(wav, format + 4, [0, 0, 0, 0])),
            ("high-rate.wav", patched(wav, format + 4, [0xff, 0xff, 0xff, 0x7f])),
            ("deep.wav", patched(wav, format + 14, [0xff, 0xff])),
            ("odd-codec.wav", patched(wav, format, [0x99, 0x99])),
            ("long.wav", patched(wav, data - 4, [0xf0, 0xff, 0xff, 0x7f])),
            ("nan.wav", patched(wav, data + 4000, [0, 0, 0xc0, 0x7f])),
            ("infinite.wav", patched(wav, data + 8000, [0, 0, 0x80, 0xff])),
        ]
    }

    /// MP4 and Matroska headers that say what cannot be.
    private var lyingPictures: [(String, [UInt8])] {
        let movie = position(of: "mvhd", in: mp4)
        let track = position(of: "mdhd", in: mp4)
        let sizes = position(of: "stsz", in: mp4)
        let bitmap = position(of: "strf", in: avi) + 12
        let width = position(of: [0xb0, 0x81, 64], in: mkv)
        let most: [UInt8] = [0x7f, 0xff, 0xff, 0xff]
        return [
            ("huge.avi", patched(avi, bitmap, [0x60, 0xea, 0, 0, 0x60, 0xea, 0, 0])),
            ("wider.avi", patched(avi, bitmap, [0, 4, 0, 0])),
            ("no-width.mkv", patched(mkv, width, [0xb0, 0x81, 0])),
            ("forever.mp4", patched(patched(mp4, movie + 20, most), track + 20, most)),
            ("many-samples.mp4", patched(mp4, sizes + 12, most)),
            ("large-sample.mp4", patched(mp4, sizes + 16, most)),
        ]
    }

    /// Whole files with wrong bytes inside.
    private var damaged: [(String, [UInt8])] {
        func scratched(_ bytes: [UInt8], from share: Double) -> [UInt8] {
            var result = bytes
            let start = Int(Double(bytes.count) * share)
            for index in start..<min(start + 2000, bytes.count) { result[index] ^= 0x5a }
            return result
        }
        return [
            ("scratched.mp4", scratched(mp4, from: 0.6)),
            ("scratched.mkv", scratched(mkv, from: 0.6)),
            ("scratched.flac", scratched(flac, from: 0.6)),
        ]
    }
}

func position(of text: String, in bytes: [UInt8]) -> Int {
    position(of: Array(text.utf8), in: bytes)
}

/// Where some bytes first occur; the tests' own files always have them.
func position(of pattern: [UInt8], in bytes: [UInt8]) -> Int {
    let last = bytes.count - pattern.count
    return (0...last).first { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) } ?? 0
}

func patched(_ bytes: [UInt8], _ at: Int, _ patch: [UInt8]) -> [UInt8] {
    var result = bytes
    result.replaceSubrange(at..<at + patch.count, with: patch)
    return result
}
