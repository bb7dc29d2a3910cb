import Foundation
import Linux
import Testing
import Wire

extension EndToEnd {
    @Suite struct FullDisk {
        /// Whether this user may mount a small disk that only one process sees.
        static let canMount =
            (try? TinyDisk.run("true", at: "/mnt", log: "/dev/null").end()) == .exited(0)

        @Test(.enabled(if: canMount), .timeLimit(.minutes(2)))
        func aFullSpoolIsToldAndLosesNothing() throws {
            try withStack(.init(workers: 0)) { stack in
                let disk = "\(stack.folder)/workers/small/spool"
                try FileManager.default.createDirectory(
                    atPath: disk, withIntermediateDirectories: true)
                let worker = try stack.startWorker(
                    "small", ["--slots", "1", "--instant"], prefix: TinyDisk.prefix(at: disk))
                try worker.waitUntilItSays("attached to the coordinator")

                let replay = try Replay("full", prompts: 100, in: stack)
                try replay.submit(to: stack)
                let log = try worker.waitUntilItSays("cannot write to the spool")
                #expect(log.contains("No space left on device"))
                #expect(log.contains("Results are kept in memory and no new tasks are taken"))
                #expect(log.contains("until there is room in \(stack.folder)/workers/small"))
                try eventually("what it had done arrived all the same") {
                    stack.database.completed.map { $0 > 0 } ?? false
                }
                try hearSigns(3, ofLife: "small", in: stack)
                #expect(!worker.log.contains("can be written again"), "nothing has changed yet")
                try TinyDisk.makeRoom(at: disk, seenBy: worker.pid)
                try worker.waitUntilItSays("the spool can be written again")
                try replay.wait(in: stack)
                try expectEverythingOnce(replay, in: stack)
                worker.signal(SIGTERM)
                #expect(try worker.end() == .exited(0))
            }
        }

        /// Waits until the coordinator has heard so often from a worker: that long it has had to
        /// try again.
        private func hearSigns(
            _ count: Int, ofLife name: String, in stack: TestStack
        ) throws {
            var heard = 0
            var last: Int64 = 0
            try eventually("\(name) gave \(count) signs of life") {
                let list = try stack.demand("worker", "list", "-o", "json")
                let workers = try decoded([Answers.Worker].self, from: list)
                let silence = workers.first { $0.name == name }?.silenceMs ?? 0
                if silence < last { heard += 1 }
                last = silence
                return heard >= count
            }
        }
    }
}

/// A file system of 64 KiB, full from the start, that only one process sees.
enum TinyDisk {
    private static let script = """
        mount -t tmpfs -o size=64k none "$0" || exit 1
        dd if=/dev/zero of="$0/filler" bs=4096 2>/dev/null
        exec "$@"
        """

    /// What to put before a command, so that it sees such a disk in place of a folder.
    static func prefix(at folder: String) -> [String] {
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, folder]
    }

    static func run(_ command: String, at folder: String, log: String) throws -> Service {
        try Service(command, command: prefix(at: folder) + [command], log: log)
    }

    /// Removes what fills the disk of a process.
    static func makeRoom(at folder: String, seenBy pid: Int32) throws {
        try FileManager.default.removeItem(atPath: "/proc/\(pid)/root\(folder)/filler")
    }
}
