import Glibc
import Linux
import TemporaryFolders
import Testing

@Suite struct FileTests {
    @Test func aFileGrowsAtItsEndAndCanBeCut() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("spool")
        do {
            var file = try AppendOnlyFile(path: path)
            try file.append(Array("hello ".utf8))
            #expect(file.size == 6)
        }
        var file = try AppendOnlyFile(path: path)
        #expect(file.size == 6)
        try file.append(Array("world".utf8).span)
        try file.sync()
        #expect(try text(ofFile: path) == "hello world")
        try file.truncate(to: 5)
        try file.append("!".utf8)
        #expect(try text(ofFile: path) == "hello!")
        #expect(file.size == 6)
    }

    @Test func anErrorNamesTheCallTheFileAndTheReason() throws {
        let error = SystemError(call: "open", errno: ENOENT, path: "/no/folder/spool")
        #expect(throws: error) { _ = try AppendOnlyFile(path: "/no/folder/spool").size }
        #expect(error.isMissingFile)
        let words = "open \"/no/folder/spool\": No such file or directory (errno 2)"
        #expect("\(error)" == words)
    }

    @Test func aFullDiskIsRecognised() throws {
        var file = try AppendOnlyFile(path: "/dev/full")
        let error = #expect(throws: SystemError.self) { try file.append([1, 2, 3]) }
        #expect(error?.isDiskFull == true)
    }

    @Test func aLockIsHeldOnceAndNamesItsHolder() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("lock")
        func tryWhileHeld() throws {
            let lock = try FileLock(path: path)
            #expect(throws: FileLockError.held(path: path, pid: getpid())) {
                _ = try FileLock(path: path)
            }
            _ = consume lock
        }
        try tryWhileHeld()
        try tryWhileHeld()
        #expect(try text(ofFile: path) == "\(getpid())\n")
    }

    @Test func aLockThatCannotBeOpenedSaysSo() throws {
        let error = SystemError(call: "open", errno: ENOENT, path: "/no/folder/lock")
        #expect(throws: FileLockError.system(error)) { _ = try FileLock(path: "/no/folder/lock") }
    }

    @Test func theMachineAndThisProcessHaveSensibleFigures() throws {
        #expect(Machine.usableProcessors >= 1)
        #expect(Machine.memoryMiB > 100)
        #expect(!Machine.hostName.isEmpty)
        #expect(try Machine.freeBytes(at: "/tmp") > 0)
        #expect(throws: SystemError(call: "statvfs", errno: ENOENT, path: "/no/folder")) {
            try Machine.freeBytes(at: "/no/folder")
        }
        let memory = try ProcessUsage.memory()
        #expect(memory.residentMiB > 0 && memory.peakMiB >= memory.residentMiB)
        #expect(try ProcessUsage.memory(ofProcess: getpid()).residentMiB > 0)
    }

    @Test func processorTimeIsTheSameFromInsideAndOutside() throws {
        let before = ProcessUsage.processorMicroseconds()
        let outside = try ProcessUsage.processorMicroseconds(ofProcess: getpid())
        let after = ProcessUsage.processorMicroseconds()
        // The outside figure comes in ticks of 10 ms, for user and kernel each.
        #expect(outside >= before - 20_000 && outside <= after + 20_000)
        #expect(throws: SystemError.self) {
            try ProcessUsage.processorMicroseconds(ofProcess: 2_000_000_000)
        }
    }

    @Test func theClocksRun() {
        let first = Clock.monotonic
        #expect(Clock.monotonic >= first)
        #expect(Clock.wall > 1_700_000_000_000_000)
    }
}

@Test func aFileSystemThatIsNotThereCannotBeFlushed() throws {
    let folder = try TemporaryFolder()
    try FileSystem.sync(folder.path)
    #expect(throws: SystemError.self) { try FileSystem.sync(folder.file("nothing")) }
}
