import Foundation
import Glibc
import Linux
import Preferences
import TemporaryFolders
import Testing

@testable import Media

/// What each hostile file is refused with; DUET_REWRITE_SNAPSHOTS=1 writes it anew.
@Test func everyHostileFileIsRefusedWithItsNameAndWhatToDo() throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    for (name, bytes) in try HostileFiles.shared.get().all {
        try TemporaryFolders.write(bytes, to: folder.file(name))
        lines.append(name + ": " + verdict(folder.file(name)))
    }
    #expect(mkfifo(folder.file("pipe.mp4"), 0o644) == 0)
    try FileManager.default.createDirectory(
        atPath: folder.file("folder.mp4"), withIntermediateDirectories: true)
    for name in ["missing.mp4", "folder.mp4", "pipe.mp4", "missing.mp4/clip.mp4"] {
        lines.append(name + ": " + verdict(folder.file(name)))
    }
    lines.append("/dev/null: " + verdict("/dev/null"))
    #expect(lines.count >= 30)
    #expect(lines.filter { !$0.contains("; ") } == [], "each says what to do")

    let snapshot = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "Fixtures/hostile.txt")
    let text = lines.joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["DUET_REWRITE_SNAPSHOTS"] != nil {
        try Data(text.utf8).write(to: snapshot)
    }
    let expected = String(decoding: try Data(contentsOf: snapshot), as: UTF8.self)
    #expect(lines == expected.split(separator: "\n").map(String.init))
}

@Test func aTrackThatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    let files = try HostileFiles.shared.get()
    try TemporaryFolders.write(files.silent, to: folder.file("silent.mp4"))
    try TemporaryFolders.write(files.wav, to: folder.file("sound.wav"))
    var request = MediaRequest()
    request.wantsVideo = false
    #expect(
        verdict(folder.file("silent.mp4"), request)
            == "it has no track of sound; give a file that has one, or leave it out")
    request = MediaRequest()
    request.wantsAudio = false
    #expect(
        verdict(folder.file("sound.wav"), request)
            == "it has no track of pictures; give a file that has one, or leave it out")
    #expect(try MediaClip.read(folder.file("silent.mp4")).audio == nil)
}

@Test func aRequestThatMakesNoSenseIsRefused() throws {
    let requests = [
        MediaRequest(size: PictureSize(width: 0, height: 10)),
        MediaRequest(size: PictureSize(width: 10, height: 100_000)),
        MediaRequest(rate: Rate(100_000)), MediaRequest(sampleRate: 7), MediaRequest(channels: 3),
    ]
    for request in requests {
        let error = #expect(throws: MediaError.self) {
            _ = try MediaReader("/dev/null", as: request)
        }
        #expect(error?.kind == .invalidRequest)
    }
}

@Test func aClipThatWouldFillTheMemoryIsRefused() throws {
    let folder = try TemporaryFolder()
    try TemporaryFolders.write(try HostileFiles.shared.get().mp4, to: folder.file("a.mp4"))
    var request = MediaRequest()
    request.limits.clipBytes = 100_000
    #expect(
        verdict(folder.file("a.mp4"), request)
            == "decoded it takes more than 0 MiB; ask for a smaller size or rate, or cut it")
}

@Test func whatCannotBeWrittenIsAnErrorAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let clip = testClip(
        PictureSize(width: 31, height: 20), rate: .usual, pictures: 2, sampleRate: 16000)
    let odd = #expect(throws: MediaError.self) { try clip.write(folder.file("a.mp4"), .mp4) }
    #expect(odd?.kind == .invalidRequest)
    let missing = folder.file("missing/a")
    let writes: [() throws -> Void] = [
        { try clip.write(missing, .mkv) }, { try clip.audio?.write(missing, .wav16) },
        { try testPicture(PictureSize(width: 4, height: 4)).writePNG(missing) },
    ]
    for write in writes {
        let error = #expect(throws: MediaError.self) { try write() }
        #expect(error?.kind == .unwritable)
    }
    #expect(folder.names() == [])
}

/// Flips bytes at random; whatever comes of it, it is a clip or an error.
@Test(arguments: 0..<8)
func noFlippedByteEndsTheProcess(seed: Int) throws {
    let folder = try TemporaryFolder()
    let files = try HostileFiles.shared.get()
    var random = SplitMix64(seed: UInt64(seed))
    for (name, good) in [
        ("a.mp4", files.mp4), ("a.mkv", files.mkv), ("a.wav", files.wav), ("a.flac", files.flac),
    ] {
        for _ in 0..<6 {
            var bytes = good
            // Headers lie in the first few hundred bytes, so half of the flips go there.
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let end = Bool.random(using: &random) ? min(600, bytes.count) : bytes.count
                bytes[Int.random(in: 0..<end, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            try TemporaryFolders.write(bytes, to: folder.file(name))
            _ = verdict(folder.file(name))
        }
    }
}

/// Reads a file to its end and returns what it is refused with, without FFmpeg's own words.
private func verdict(_ path: String, _ request: MediaRequest = MediaRequest()) -> String {
    var request = request
    request.limits.clipBytes = min(request.limits.clipBytes, 256 << 20)
    do {
        let clip = try MediaClip.read(path, as: request)
        return "read: \(clip.video?.count ?? 0) pictures, \(clip.audio?.count ?? 0) samples"
    } catch {
        return error.advice.isEmpty ? error.reason : "\(error.reason); \(error.advice)"
    }
}
