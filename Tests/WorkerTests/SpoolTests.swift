import Linux
import Scheduling
import TemporaryFolders
import Testing

@testable import Worker

@Suite struct SpoolTests {
    @Test func reportsComeBackInTheirOrder() throws {
        let rig = try SpoolRig()
        var left: [Report] = []
        var spool = try rig.open(&left)
        #expect(left == [])
        try spool.append([SpoolRig.report(7)])
        try spool.append([])
        // The worker's thread may have noted the ends of one turn in any order.
        try spool.append([SpoolRig.report(9), SpoolRig.report(8), SpoolRig.report(10)])
        let written = (7...10).map { SpoolRig.report($0) }
        #expect(try rig.reports() == written)
        // What the process before left behind stays until it is acknowledged.
        var next = try rig.open(&left)
        #expect(left == written)
        try next.append([SpoolRig.report(11)])
        #expect(try rig.sequences() == [7, 8, 9, 10, 11])
        next.forget(before: 11)
        #expect(try rig.sequences() == [11])
        next.forget(before: nil)
        #expect(try rig.sequences() == [])
    }

    @Test func aRecordThatWasCutOffTakesNothingElseWithIt() throws {
        let rig = try SpoolRig()
        let reports = [SpoolRig.report(1), SpoolRig.report(2, padding: 200), SpoolRig.report(3)]
        var left: [Report] = []
        var spool = try rig.open(&left)
        var ends: [Int] = []
        for report in reports {
            try spool.append([report])
            ends.append(Int(try rig.segments()[0].size))
        }
        let bytes = try contents(ofFile: rig.folder + "/1.spool")
        #expect(ends.last == bytes.count)
        for length in 0...bytes.count {
            try rig.leave(bytes.prefix(length))
            let whole = ends.count { $0 <= length }
            left = []
            var next = try rig.open(&left)
            #expect(left == Array(reports.prefix(whole)))
            // What is spooled from now on does not lie behind the damage.
            try next.append([SpoolRig.report(9)])
            #expect(try rig.sequences() == reports.prefix(whole).map(\.sequence) + [9])
        }
    }

    @Test func aDamagedRecordIsNotTakenForAnother() throws {
        let rig = try SpoolRig()
        let reports = [SpoolRig.report(1), SpoolRig.report(2), SpoolRig.report(3)]
        var left: [Report] = []
        var spool = try rig.open(&left)
        try spool.append(reports)
        let bytes = try contents(ofFile: rig.folder + "/1.spool")
        for index in bytes.indices {
            for flip in [1, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[index] ^= flip
                try rig.leave(damaged)
                #expect(try rig.reports() == Array(reports.prefix(index * 3 / bytes.count)))
            }
        }
    }

    @Test func zerosAfterALossOfPowerAreTheEnd() throws {
        let rig = try SpoolRig()
        try rig.leave([UInt8](repeating: 0, count: 5000))
        #expect(try rig.reports() == [])
    }

    @Test func aSegmentIsClosedAtFourMebibytesAndDeletedOnceAcknowledged() throws {
        let rig = try SpoolRig()
        var left: [Report] = []
        var spool = try rig.open(&left)
        let most = 4 << 20
        // 16 reports of a bit more than 64 KiB fill a quarter of a segment.
        for batch in 0..<10 {
            let first = UInt64(batch * 16) + 100
            try spool.append((first..<first + 16).map { SpoolRig.report($0, padding: 64 << 10) })
        }
        // Four batches lie in each: 100 to 163, 164 to 227, and the rest.
        let sizes = try rig.segments().map(\.size)
        #expect(sizes.count == 3)
        #expect(sizes.dropLast().allSatisfy { $0 >= most && $0 < most + most / 3 })
        spool.forget(before: 163)
        #expect(try rig.segments().map(\.name) == ["1.spool", "2.spool", "3.spool"])
        spool.forget(before: 164)
        #expect(try rig.segments().map(\.name) == ["2.spool", "3.spool"])
        #expect(try rig.sequences() == Array(164..<260))
        spool.forget(before: 228)
        #expect(try rig.segments().map(\.name) == ["3.spool"])
        spool.forget(before: 259)
        #expect(try rig.sequences() == Array(228..<260))
        spool.forget(before: nil)
        #expect(try rig.segments().isEmpty)
        try spool.append([SpoolRig.report(260)])
        #expect(try rig.sequences() == [260])
    }

    @Test func segmentsOfEarlierProcessesAreDeletedInTheirTurn() throws {
        let rig = try SpoolRig()
        for start in [10, 20, 30] as [UInt64] {
            var left: [Report] = []
            var spool = try rig.open(&left)
            try spool.append([SpoolRig.report(start), SpoolRig.report(start + 1)])
        }
        var left: [Report] = []
        var spool = try rig.open(&left)
        #expect(left.map(\.sequence) == [10, 11, 20, 21, 30, 31])
        spool.forget(before: 11)
        #expect(try rig.sequences() == [10, 11, 20, 21, 30, 31])
        spool.forget(before: 21)
        #expect(try rig.sequences() == [20, 21, 30, 31])
        spool.forget(before: 32)
        #expect(try rig.sequences() == [])
    }

    @Test func filesOfOthersAreLeftAlone() throws {
        let rig = try SpoolRig()
        try rig.leave([])
        for name in ["notes.txt", "x.spool", ".spool", "1.spool.bak"] {
            try write("keep".utf8, to: "\(rig.folder)/\(name)")
        }
        var left: [Report] = []
        var spool = try rig.open(&left)
        #expect(left == [])
        spool.forget(before: nil)
        for name in ["notes.txt", "x.spool", ".spool", "1.spool.bak"] {
            #expect(try contents(ofFile: "\(rig.folder)/\(name)") == Array("keep".utf8))
        }
    }

    @Test func aFolderThatCannotBeUsedIsNamed() {
        let error = #expect(throws: WorkerError.self) {
            var left: [Report] = []
            _ = try Spool(folder: "/dev/null/spool", left: &left)
        }
        guard case .file(let words)? = error else {
            Issue.record("\(String(describing: error)) is not about a file")
            return
        }
        #expect(words.contains("/dev/null/spool"))
    }
}
