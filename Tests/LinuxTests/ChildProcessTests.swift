import Glibc
import Linux
import Synchronization
import TemporaryFolders
import Testing

private let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

/// Starts a shell script with pipes and returns all it wrote to its output, and how it ended.
private func shell(
    _ script: String, environment: [String: String] = path, directory: String? = nil,
    input: String = ""
) throws -> (output: String, status: Ending) {
    var request = SpawnRequest(
        command: ["sh", "-c", script], environment: environment, directory: directory)
    request.input = .pipe
    request.output = .pipe
    var child = try ChildProcess.spawn(request)
    _ = try child.write(Array(input.utf8).span)
    child.closeInput()
    let output = try readAll(child)
    return (output, child.wait())
}

private func readAll(_ child: borrowing ChildProcess) throws -> String {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while let descriptor = child.outputDescriptor {
        switch try child.readOutput(into: &chunk) {
        case .bytes(let count): all += chunk[..<count]
        case .wouldBlock: _ = try Interest.wait(for: [Interest(descriptor, .reading)], until: nil)
        case .end: return String(decoding: all, as: UTF8.self)
        }
    }
    return ""
}

/// A child that outlives the thread that started it.
private final class Kept: Sendable {
    let child = Mutex<ChildProcess?>(nil)
}

@Suite struct ChildProcessTests {
    @Test func aChildReadsItsInputAndWritesItsOutput() throws {
        #expect(try shell("cat; exit 3", input: "through").output == "through")
        #expect(try shell("exit 3").status == .exited(3))
        #expect(try shell("kill -9 $$").status == .signalled(9))
    }

    @Test func aChildGetsTheGivenEnvironmentAndDirectoryAndNothingElse() throws {
        let (output, _) = try shell("/usr/bin/env -u PWD -u SHLVL -u _", environment: ["A": "b c"])
        #expect(output == "A=b c\n")
        #expect(try shell("pwd", directory: "/usr/lib").output == "/usr/lib\n")
    }

    @Test func aChildHasOnlyTheStandardDescriptors() throws {
        let leaked = open("/dev/null", O_RDONLY)  // no close-on-exec
        defer { close(leaked) }
        // One more than three: ls itself has the folder open.
        #expect(try shell("ls /proc/self/fd | wc -l").output == "4\n")
    }

    @Test func aChildHasDefaultSignalsHoweverThisThreadHoldsThemBack() throws {
        Signals.ignoreBrokenPipes()
        var set = sigset_t()
        sigfillset(&set)
        var before = sigset_t()
        pthread_sigmask(SIG_SETMASK, &set, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let (output, _) = try shell("grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2")
        let sets = output.split(separator: "\n").compactMap { UInt64($0, radix: 16) }
        // Signals 32 and 33 are glibc's own, and it lets nobody change them.
        #expect(sets.map { $0 & ~(3 << 31) } == [0, 0])
    }

    @Test func aChildLeadsItsOwnGroup() throws {
        let (output, _) = try shell("cut -d' ' -f5 /proc/$$/stat; echo $$")
        let lines = output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == lines[1])
    }

    @Test func outputAndErrorCanBeAppendedToFiles() throws {
        let folder = try TemporaryFolder()
        for word in ["one", "two"] {
            var request = SpawnRequest(
                command: ["sh", "-c", "echo \(word); echo bad >&2"], environment: path)
            request.output = .file(folder.file("out"))
            request.error = .file(folder.file("err"))
            var child = try ChildProcess.spawn(request)
            #expect(child.wait() == .exited(0))
        }
        #expect(try text(ofFile: folder.file("out")) == "one\ntwo\n")
        #expect(try text(ofFile: folder.file("err")) == "bad\nbad\n")
    }

    @Test func inputCanBeAFile() throws {
        var request = SpawnRequest(command: ["cat"], environment: path)
        request.input = .file("/proc/sys/kernel/ostype")
        request.output = .pipe
        var child = try ChildProcess.spawn(request)
        #expect(try readAll(child) == "Linux\n")
        #expect(child.wait() == .exited(0))
    }

    @Test func aMissingCommandIsKnownAtTheStart() throws {
        let request = SpawnRequest(command: ["no-such-thing"], environment: ["PATH": "/usr/bin"])
        #expect(throws: SpawnError.commandNotFound("no-such-thing", searched: "/usr/bin")) {
            _ = try ChildProcess.spawn(request).pid
        }
        let absolute = SpawnRequest(command: ["/no/such/thing"], environment: [:])
        #expect(throws: SpawnError.commandNotFound("/no/such/thing", searched: nil)) {
            _ = try ChildProcess.spawn(absolute).pid
        }
        let empty = SpawnRequest(command: [], environment: [:])
        #expect(throws: SpawnError.self) { _ = try ChildProcess.spawn(empty).pid }
    }

    @Test func aFileThatIsNoProgramAndAMissingFolderAreKnownAtTheStart() throws {
        let request = SpawnRequest(command: ["/etc/passwd"], environment: [:])
        #expect(throws: SpawnError.notExecutable("/etc/passwd")) {
            _ = try ChildProcess.spawn(request).pid
        }
        let lost = SpawnRequest(command: ["ls"], environment: path, directory: "/no/folder")
        let error = SystemError(call: "chdir", errno: ENOENT, path: "/no/folder")
        #expect(throws: SpawnError.directory(error)) { _ = try ChildProcess.spawn(lost).pid }
    }

    @Test func whatAChildLeavesBehindEndsWithIt() throws {
        // The grandchild holds the output open; that it ends is proven by the end of the output.
        let (output, status) = try shellLeaving("sleep 1000 & echo started")
        #expect(output == "started\n")
        #expect(status == .exited(0))
    }

    private func shellLeaving(_ script: String) throws -> (String, Ending) {
        var request = SpawnRequest(command: ["sh", "-c", script], environment: path)
        request.output = .pipe
        var child = try ChildProcess.spawn(request)
        let status = child.wait()
        return (try readAll(child), status)
    }

    @Test func aGroupCanBeSignalled() throws {
        var request = SpawnRequest(
            command: ["sh", "-c", "sleep 1000 & echo ready; wait"], environment: path)
        request.output = .pipe
        var child = try ChildProcess.spawn(request)
        #expect(child.poll() == nil)
        child.signalGroup(SIGKILL)
        let descriptor = child.endDescriptor
        let ended = try #require(descriptor)
        _ = try Interest.wait(for: [Interest(ended, .reading)], until: nil)
        #expect(child.poll() == .signalled(9))
        #expect(child.wait() == .signalled(9))
    }

    @Test func aDroppedChildIsKilledAndReaped() throws {
        func startAndDrop() throws -> Int32 {
            let request = SpawnRequest(command: ["sleep", "1000"], environment: path)
            return try ChildProcess.spawn(request).pid
        }
        let pid = try startAndDrop()
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test func aChildEndsWithTheThreadThatStartedIt() throws {
        let kept = Kept()
        let thread = try OSThread.start(name: "parent") {
            var request = SpawnRequest(command: ["sleep", "1000"], environment: path)
            request.endsWithParent = true
            kept.child.withLock { $0 = try? ChildProcess.spawn(request) }
        }
        thread.join()
        let status = kept.child.withLock { $0?.wait() }
        #expect(status == .signalled(9))
    }

    @Test func writingToAChildThatEndedIsAnError() throws {
        var request = SpawnRequest(command: ["true"], environment: path)
        request.input = .pipe
        var child = try ChildProcess.spawn(request)
        #expect(child.wait() == .exited(0))
        #expect(throws: SystemError(call: "write", errno: EPIPE)) {
            // A child that another thread starts just now may hold the pipe until its exec.
            while true { _ = try child.write([1, 2, 3].span) }
        }
    }

    @Test func manyThreadsCanStartChildrenAtOnce() throws {
        let statuses = try Mailbox<Ending>()
        let threads = 8
        let each = 25
        for _ in 0..<threads {
            _ = try OSThread.start(name: "starter") {
                for number in 0..<each {
                    let script = "exit \(number)"
                    let status = try? shell(script).status
                    statuses.post(status ?? .unknown)
                }
            }
        }
        var received: [Ending] = []
        while received.count < threads * each {
            let interest = Interest(statuses.descriptor, .reading)
            _ = try Interest.wait(for: [interest], until: nil)
            received += statuses.take()
        }
        for number in 0..<Int32(each) {
            #expect(received.count { $0 == .exited(number) } == threads)
        }
    }
}
