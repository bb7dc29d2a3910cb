import Linux
import TemporaryFolders
import Testing

@testable import Media

private let clip = testClip(
    PictureSize(width: 96, height: 64), rate: Rate(text: "16") ?? .usual, pictures: 24,
    sampleRate: 16000, channels: 2)

/// FNV-1a over bytes, so that the numbers below stay short.
private func fingerprint(_ path: String) throws -> UInt64 {
    try contents(ofFile: path).reduce(0xcbf2_9ce4_8422_2325) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
}

@Test(arguments: MediaContainer.allCases)
func theSameClipGivesTheSameBytesHoweverItIsCut(container: MediaContainer) throws {
    let folder = try TemporaryFolder()
    let video = try #require(clip.video)
    let audio = try #require(clip.audio)
    let formats = (
        VideoFormat(size: video.size, rate: video.rate),
        AudioFormat(sampleRate: audio.sampleRate, channels: audio.channels)
    )
    try clip.write(folder.file("whole"), container)
    // Sound first, in odd pieces, and once more with other allocations in between.
    var prints: Set<UInt64> = [try fingerprint(folder.file("whole"))]
    for piece in [2, 334, 100_000] {
        let path = folder.file("piece\(piece)")
        var writer = try MediaWriter(path, container, video: formats.0, audio: formats.1)
        for start in stride(from: 0, to: audio.samples.count, by: piece) {
            try writer.append(Array(audio.samples[start..<min(start + piece, audio.samples.count)]))
        }
        for index in 0..<video.count { try writer.append(video[index]) }
        try writer.finish()
        prints.insert(try fingerprint(path))
    }
    #expect(prints.count == 1)
}

@Test func anotherProcessWritesTheSameBytes() async throws {
    let other = try await #require(
        processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
        for print in try fingerprints() { Swift.print("fingerprint", print) }
    }
    let lines = String(decoding: other.standardOutputContent, as: UTF8.self)
        .split(separator: "\n").filter { $0.hasPrefix("fingerprint") }
    #expect(lines == (try fingerprints()).map { "fingerprint \($0)" })
}

/// Writes the clip in every form and returns what came of it, pictures read back included.
private func fingerprints() throws -> [UInt64] {
    let folder = try TemporaryFolder()
    var prints: [UInt64] = []
    for container in MediaContainer.allCases {
        let path = folder.file("clip.\(container.rawValue)")
        try clip.write(path, container)
        prints.append(try fingerprint(path))
        try ContactSheet.draw(path).writePNG(folder.file("sheet.png"))
        prints.append(try fingerprint(folder.file("sheet.png")))
    }
    for format in SoundFormat.allCases {
        try clip.audio?.write(folder.file("sound"), format)
        prints.append(try fingerprint(folder.file("sound")))
    }
    return prints
}

@Test func theSamePictureGivesTheSamePNG() throws {
    let picture = testPicture(PictureSize(width: 33, height: 21))
    let bytes = try picture.png(for: "a.png")
    #expect(bytes == (try picture.png(for: "b.png")))
    #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
}
