import Foundation
import Linux
import Testing

extension EndToEnd {
    @Suite struct MediaFiles {
        @Test(.timeLimit(.minutes(1)))
        func aSoundIsConvertedShownAndDrawn() throws {
            let folder = try makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try tone.write(to: URL(filePath: folder + "/tone.wav"))
            let converted = try DuetProgram.run([
                "media", "convert", folder + "/tone.wav", folder + "/tone.mkv", "--rate", "16000",
            ])
            #expect(converted.succeeded, "\(converted.error)")
            let shown = try DuetProgram.run([
                "media", "show", folder + "/tone.mkv", "--sheet", folder + "/tone.png", "-o",
                "json",
            ])
            #expect(shown.succeeded, "\(shown.error)")
            let report = try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
            let audio = (report as? [String: Any])?["audio"] as? [String: Any]
            #expect(audio?["codec"] as? String == "flac")
            #expect(audio?["samples"] as? Int == 16000)
            let sheet = try Data(contentsOf: URL(filePath: folder + "/tone.png"))
            #expect(sheet.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        }

        @Test(.timeLimit(.minutes(1)))
        func whatCannotBeReadOrWrittenHasAnExitCodeAndAReason() throws {
            let folder = try makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try tone.write(to: URL(filePath: folder + "/tone.wav"))
            try Data("not a clip".utf8).write(to: URL(filePath: folder + "/text.mp4"))
            let cases: [([String], Int32, String)] = [
                (["show", folder + "/none.mp4"], 3, "there is no such file"),
                (["show", folder + "/text.mp4"], 1, "text.mp4: it is not audio or video"),
                (["convert", folder + "/tone.wav", folder + "/a.txt"], 2, "Duet writes .mp4"),
                (
                    ["convert", folder + "/tone.wav", folder + "/a.flac", "--rate", "3"], 2,
                    "give a rate from 100"
                ),
            ]
            for (arguments, code, reason) in cases {
                let outcome = try DuetProgram.run(["media"] + arguments)
                #expect(outcome.ending == .exited(code), "\(arguments)")
                #expect(outcome.error.contains(reason), "\(outcome.error)")
            }
        }
    }
}

/// One second of a tone as a WAV file: 8 kHz, 16 bits, one channel.
private let tone: Data = {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let samples = (0..<8000).flatMap { n in
        bytes(Int(12000 * sin(Double(n) * 0.3)), 2)
    }
    var file = Array("RIFF".utf8) + bytes(36 + samples.count, 4) + Array("WAVEfmt ".utf8)
    file += bytes(16, 4) + bytes(1, 2) + bytes(1, 2) + bytes(8000, 4) + bytes(16000, 4)
    file += bytes(2, 2) + bytes(16, 2) + Array("data".utf8) + bytes(samples.count, 4) + samples
    return Data(file)
}()
