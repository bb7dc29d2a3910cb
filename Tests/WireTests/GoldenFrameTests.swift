import FoundationEssentials
import Testing
import Wire

/// Frames that were written once: whoever changes the wire sees it here, and decides whether the
/// protocol's version has to be raised.
@Suite struct GoldenFrameTests {
    @Test(arguments: Samples.all)
    func aFrameIsWrittenAsItAlwaysWas(sample: Sample) {
        #expect(hex(sample.message.bytes) == goldenFrames[sample.name]?.filter { $0 != "\n" })
    }

    @Test(arguments: Samples.all)
    func aFrameWrittenBeforeIsStillRead(sample: Sample) throws {
        let recorded = try #require(goldenFrames[sample.name])
        #expect(try sample.message.decode(bytes(ofHex: recorded)) == sample.message)
    }

    @Test func everyFrameBelongsToASampleOfItsOwn() {
        #expect(Samples.all.map(\.name).sorted() == goldenFrames.keys.sorted())
    }

    @Test func everyMessageOfTheSchemaHasASample() throws {
        let fields = try choices(
            of: ["FromPeer", "ToPeer", "Report", "Request", "Query", "Reply", "Event"])
        #expect(fields.count > 30)
        // These hold one of the other messages.
        let nested: Set = ["FromPeer.request", "ToPeer.reply", "Request.query"]
        let sampled = Set(Samples.all.map { String($0.name.prefix { $0 != " " }) })
        #expect(fields.subtracting(nested) == sampled)
    }

    @Test(.enabled(if: isRecording))
    func framesAreRecordedOnRequestAndTheRunFails() throws {
        var text = """
            /// Every sample's frame in hex, by the sample's name.
            ///
            /// Written by `\(recordingVariable)=1 swift test --filter GoldenFrameTests`.
            let goldenFrames: [String: String] = [

            """
        for sample in Samples.all {
            let digits = Array(hex(sample.message.bytes))
            let lines = stride(from: 0, to: digits.count, by: 80).map {
                "    " + String(digits[$0..<min($0 + 80, digits.count)])
            }
            text +=
                "    \"\(sample.name)\": \"\"\"\n\(lines.joined(separator: "\n"))\n"
                + "    \"\"\",\n"
        }
        text += "]\n"
        let path = folder(of: #filePath) + "/GoldenFrames.swift"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        Issue.record("the frames were written anew to \(path); read the change and run again")
    }
}

private let recordingVariable = "DUET_RECORD_FRAMES"
private let isRecording = ProcessInfo.processInfo.environment[recordingVariable] != nil

private func folder(of path: String) -> String {
    path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
}

/// Returns `Message.field` for each field of a oneof of these messages.
private func choices(of messages: Set<Substring>) throws -> Set<String> {
    let path = folder(of: #filePath) + "/../../Schema/wire/duet.proto"
    let schema = try String(contentsOfFile: path, encoding: .utf8)
    var found: Set<String> = []
    var message: Substring?
    var isChoice = false
    for line in schema.split(separator: "\n") {
        let words = line.split(separator: " ")
        if line.hasPrefix("message ") { message = messages.contains(words[1]) ? words[1] : nil }
        if words.first == "oneof" { isChoice = message != nil }
        if words.first == "}" { isChoice = false }
        if isChoice, let message, words.count >= 4, words[2] == "=" {
            found.insert("\(message).\(words[1])")
        }
    }
    return found
}
