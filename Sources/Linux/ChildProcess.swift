import CLinux
import Glibc

/// A program that this process started, in a process group of its own.
///
/// The group ends with its leader: whatever the child started and left in its group gets SIGKILL
/// when the child has ended, before its number can be given to another process. Used from one
/// thread. A child that is dropped is killed with its group and waited for.
public struct ChildProcess: ~Copyable {
    /// The child's process number, which is also that of its group.
    public let pid: Int32
    /// Readable when the child has ended; nil where Linux is older than 5.3.
    public let endDescriptor: Int32?
    /// Our end of the child's standard input, non-blocking; nil without a pipe or when closed.
    public private(set) var inputDescriptor: Int32?
    /// Our end of the child's standard output, non-blocking; nil without a pipe or when closed.
    public private(set) var outputDescriptor: Int32?
    /// Our end of the child's standard error, non-blocking; nil without a pipe or when closed.
    public private(set) var errorDescriptor: Int32?
    private var status: Ending?

    /// Starts a program and returns once it runs.
    ///
    /// With a pipe to its input, SIGPIPE is ignored from then on in the whole process, so that a
    /// child that ends does not end this process.
    public static func spawn(_ request: SpawnRequest) throws(SpawnError) -> ChildProcess {
        if request.input == .pipe { Signals.ignoreBrokenPipes() }
        var streams = StandardStreams()
        do throws(SystemError) {
            try streams.open(request)
        } catch {
            throw .system(error)
        }
        let outcome = startProgram(request, streams.childEnds)
        guard outcome.failed == DUET_SPAWN_STARTED else {
            throw spawnError(outcome, request)
        }
        let end = duet_open_pidfd(outcome.pid)
        return ChildProcess(
            pid: outcome.pid, endDescriptor: end < 0 ? nil : end, ends: streams.takeOurEnds())
    }

    private init(pid: Int32, endDescriptor: Int32?, ends: [Int32?]) {
        self.pid = pid
        self.endDescriptor = endDescriptor
        inputDescriptor = ends[0]
        outputDescriptor = ends[1]
        errorDescriptor = ends[2]
    }

    deinit {
        if status == nil {
            _ = kill(-pid, SIGKILL)
            // A group that the child has not made yet or has left.
            _ = kill(pid, SIGKILL)
            ChildProcess.reap(pid)
        }
        for case let descriptor? in [
            endDescriptor, inputDescriptor, outputDescriptor, errorDescriptor,
        ] {
            closeDescriptor(descriptor)
        }
    }

    /// Sends a signal to the child alone; nothing happens when it has ended.
    public func signal(_ number: Int32) {
        if status == nil { _ = kill(pid, number) }
    }

    /// Sends a signal to the child and all it started; nothing happens when it has ended.
    public func signalGroup(_ number: Int32) {
        if status == nil { _ = kill(-pid, number) }
    }

    /// Returns how the child ended, or nil while it runs.
    public mutating func poll() -> Ending? {
        finish(waiting: false)
    }

    /// Waits for the child to end, whatever time it takes; for tests and shutdown only.
    public mutating func wait() -> Ending {
        finish(waiting: true) ?? .unknown
    }

    /// Reads once from the child's output into the start of `bytes`, without waiting.
    public func readOutput(into bytes: inout [UInt8]) throws(SystemError) -> ReadOutcome {
        guard let outputDescriptor else { return .end }
        return try readOnce(outputDescriptor, into: &bytes)
    }

    /// Reads once from the child's error stream into the start of `bytes`, without waiting.
    public func readError(into bytes: inout [UInt8]) throws(SystemError) -> ReadOutcome {
        guard let errorDescriptor else { return .end }
        return try readOnce(errorDescriptor, into: &bytes)
    }

    /// Writes to the child's input and returns how many bytes the pipe had room for.
    ///
    /// Throws `EPIPE` when the child has closed its input or ended.
    public func write(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
        guard let inputDescriptor else { throw SystemError(call: "write", errno: EPIPE) }
        return try writeOnce(inputDescriptor, bytes)
    }

    /// Closes the child's input, so that it reads the end of it.
    public mutating func closeInput() {
        if let inputDescriptor { closeDescriptor(inputDescriptor) }
        inputDescriptor = nil
    }

    /// Closes our end of the child's output.
    public mutating func closeOutput() {
        if let outputDescriptor { closeDescriptor(outputDescriptor) }
        outputDescriptor = nil
    }

    /// Closes our end of the child's error stream.
    public mutating func closeError() {
        if let errorDescriptor { closeDescriptor(errorDescriptor) }
        errorDescriptor = nil
    }

    /// Gives up on a child that not even SIGKILL ends, such as one that hangs in a device driver.
    ///
    /// It is signalled once more but not waited for; it stays with this process until both end.
    public mutating func abandon() {
        signalGroup(SIGKILL)
        status = .unknown
    }

    private mutating func finish(waiting: Bool) -> Ending? {
        if let status { return status }
        var ending = duet_ending()
        let result = unsafe duet_peek_ending(pid, waiting ? 1 : 0, &ending)
        if result == 0 { return nil }
        if result < 0 {
            status = .unknown
        } else {
            // While the child is not reaped its number, and so the group's, cannot be reused.
            signalGroup(SIGKILL)
            ChildProcess.reap(pid)
            status = ending.signalled != 0 ? .signalled(ending.number) : .exited(ending.number)
        }
        return status
    }

    private static func reap(_ pid: Int32) {
        _ = retrying { waitpid(pid, nil, 0) }
    }
}
