import Linux
import TemporaryFolders
import Testing

@testable import EngineHost

@Suite struct AttemptLogTests {
    @Test func aShortLogIsWrittenAsItComes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log")
        var log = AttemptLog(path: path)
        log.append(ArraySlice("one\n".utf8))
        #expect(try text(ofFile: path) == "one\n")
        log.append(ArraySlice("two\n".utf8))
        #expect(log.tail == "one\ntwo\n")
        log.finish()
        #expect(try text(ofFile: path) == "one\ntwo\n")
        #expect(log.error == nil)
    }

    @Test func aLogWithoutBytesMakesNoFile() throws {
        let folder = try TemporaryFolder()
        var log = AttemptLog(path: folder.file("log"))
        log.finish()
        #expect(throws: SystemError.self) { try text(ofFile: folder.file("log")) }
    }

    @Test(
        arguments: [1 << 20, (1 << 20) + 1, (1 << 20) + 700_001, 5_000_000], [999, 65_536, 600_000])
    func aLongLogKeepsItsBeginningAndItsEnd(size: Int, part: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log")
        let bytes = Self.numbers[..<size]
        var log = AttemptLog(path: path)
        for start in stride(from: 0, to: size, by: part) {
            log.append(bytes[start..<min(start + part, size)])
            #expect(log.heldBytes <= AttemptLog.ringLimit + 2 * AttemptLog.tailLimit)
        }
        log.finish()
        #expect(log.heldBytes <= 2 * AttemptLog.tailLimit)
        let written = try contents(ofFile: path)
        let half = AttemptLog.headLimit
        let left = size - 2 * half
        let notice = left == 0 ? "" : "\n[\(left) bytes are left out here]\n"
        #expect(written == bytes[..<half] + Array(notice.utf8) + bytes[(size - half)...])
    }

    /// Numbered lines, so that any mix-up shows.
    private static let numbers: [UInt8] = {
        var bytes: [UInt8] = []
        var number = 0
        while bytes.count < 5_000_000 {
            bytes.append(contentsOf: "\(number)\n".utf8)
            number += 1
        }
        return bytes
    }()

    @Test func theTailBeginsWithAWholeLine() {
        var log = AttemptLog(path: "/dev/null")
        for number in 0..<2000 { log.append(ArraySlice("line \(number)\n".utf8)) }
        let lines = log.tail.split(separator: "\n")
        #expect(lines.last == "line 1999")
        #expect(lines.allSatisfy { $0.hasPrefix("line ") })
        #expect(log.tail.utf8.count <= AttemptLog.tailLimit)
    }

    @Test func aFullDiskIsRemembered() {
        var log = AttemptLog(path: "/dev/full")
        log.append(ArraySlice("a".utf8))
        log.append(ArraySlice("b".utf8))
        log.finish()
        #expect(log.error?.isDiskFull == true)
        #expect(log.tail == "ab")
    }
}
