import Scheduling
import Testing
import Wire

@Suite struct VersionTests {
    @Test(arguments: [1, 3, 127, 128, UInt32.max])
    func aPeerOfAnotherVersionIsToldBothVersions(version: UInt32) throws {
        let error = WireError.version(version)
        for sample in Samples.fromWorkers + Samples.toWorkers + Samples.requests + Samples.replies {
            let frame = varint(0x08) + varint(version) + sample.message.bytes.dropFirst(2)
            #expect(throws: error) { try sample.message.decode(frame) }
        }
        let words = WireProtocol.refusal(of: version)
        #expect("\(error)" == words)
        #expect(words.contains("protocol \(WireProtocol.version) (\(WireProtocol.build))"))
        #expect(words.contains("protocol \(version);"))
    }

    /// Neither an empty frame nor anything else that names no version is a peer of version 0,
    /// which a worker would leave for.
    @Test(arguments: ["", "1a00", "0800", "08001a00"])
    func aFrameWithoutAVersionIsNoMessage(digits: String) {
        let frame = bytes(ofHex: digits)
        #expect(throws: WireError.malformed) { try CoordinatorCodec.decode(frame) }
        #expect(throws: WireError.malformed) { try WorkerCodec.decode(frame) }
        #expect(throws: WireError.malformed) { try ClientCodec.decode(frame) }
    }

    @Test func aFrameWithoutAKnownBodyIsEmpty() {
        // The version and, in the second, a field 100 that says "later".
        for digits in ["0802", "0802a206056c61746572"] {
            let frame = bytes(ofHex: digits)
            #expect(throws: WireError.empty) { try CoordinatorCodec.decode(frame) }
            #expect(throws: WireError.empty) { try WorkerCodec.decode(frame) }
            #expect(throws: WireError.empty) { try ClientCodec.decode(frame) }
        }
        #expect(throws: WireError.empty) { try ClientCodec.decodeEvent([]) }
        #expect(throws: WireError.field("outcome")) { try WorkerCodec.decodeReport([]) }
    }

    @Test(arguments: Samples.all)
    func fieldsOfALaterVersionAreIgnored(sample: Sample) throws {
        // Fields 100 to 103 of each kind that there is: a number, 8 bytes, text, 4 bytes.
        let later = bytes(ofHex: "a0060aa9060102030405060708b206056c61746572bd0601020304")
        let frame = sample.message.bytes
        #expect(try sample.message.decode(frame + later) == sample.message)
        #expect(try sample.message.decode(later + frame) == sample.message)
    }

    @Test func fieldsOfALaterVersionAreIgnoredWithinAMessage() throws {
        // protocol: 2, acknowledge { 100: "later" sequences: [5, 6] }
        let frame = bytes(ofHex: "0802420ca206056c617465720a020506")
        #expect(try WorkerCodec.decode(frame) == .acknowledge([5, 6]))
    }

    private func varint(_ value: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
