import Glibc
import Linux
import Scheduling
import Testing

@testable import Worker

@Suite struct SpoolFullDiskTests {
    @Test func aFullDiskIsReportedAndTakesNothingOfBefore() throws {
        let rig = try SpoolRig()
        var left: [Report] = []
        var spool = try rig.open(&left)
        // The next segment is on a disk that is always full.
        try #require(symlink("/dev/full", rig.folder + "/2.spool") == 0)
        try spool.append([SpoolRig.report(1, padding: 4 << 20)])
        let error = #expect(throws: SystemError.self) { try spool.append([SpoolRig.report(2)]) }
        #expect(error?.isDiskFull == true)
        #expect(error?.path == rig.folder + "/2.spool")
        // There is room again: the report that was refused is given once more.
        try spool.append([SpoolRig.report(2)])
        try #require(unlink(rig.folder + "/2.spool") == 0)
        #expect(try rig.sequences() == [1, 2])
    }

    /// A limit on the size of files takes a part of a write, as a disk does that fills up within
    /// it; it holds for a whole process, so this is one of its own.
    @Test func halfARecordIsTakenBack() async {
        await #expect(processExitsWith: .success) {
            let rig = try SpoolRig()
            var left: [Report] = []
            var spool = try rig.open(&left)
            try spool.append([SpoolRig.report(1)])
            let size = try rig.segments()[0].size
            signal(SIGXFSZ, SIG_IGN)
            try limitFileSize(rlim_t(size) + 1000)
            let batch = (2...40).map { SpoolRig.report($0, padding: 30) }
            let error = #expect(throws: SystemError.self) { try spool.append(batch) }
            #expect(error?.errno == EFBIG)
            #expect(try rig.segments()[0].size == size)
            #expect(try rig.sequences() == [1])
            try limitFileSize(rlim_t.max)
            try spool.append(batch)
            #expect(try rig.sequences() == Array(1...40))
        }
    }
}

private func limitFileSize(_ bytes: rlim_t) throws {
    var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
    let which = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    guard setrlimit(which, &limit) == 0 else { throw SystemError(call: "setrlimit", errno: errno) }
}
