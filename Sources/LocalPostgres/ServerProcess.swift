import Glibc

/// A running server, or another program that is waited for.
struct ServerProcess: Sendable {
    let id: Int32
    /// Whether this process started it and has to reap it.
    let isChild: Bool

    func send(_ signal: Int32) { _ = kill(id, signal) }

    /// Whether it has ended; reaps a child.
    func hasEnded() -> Bool {
        guard isChild else { return Self.isGone(id) }
        var status: Int32 = 0
        // ECHILD: somebody else reaped it.
        let reaped = unsafe waitpid(id, &status, WNOHANG)
        return reaped == id || (reaped < 0 && errno == ECHILD)
    }

    /// Waits for the end; returns false when the time is over.
    func waitForEnd(seconds: Int) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !hasEnded() {
            if ContinuousClock.now > deadline { return false }
            pause(milliseconds: 5)
        }
        return true
    }

    /// Whether there is no such process, or only the zombie of one.
    static func isGone(_ id: Int32) -> Bool {
        guard let text = Folder.read("/proc/\(id)/stat") else { return true }
        // The state stands behind the name, which is in parentheses and may hold anything.
        guard let end = text.lastIndex(of: ")") else { return true }
        let state = text[end...].dropFirst(2).first
        return state == "Z" || state == "X"
    }

    /// Runs a program to its end and returns its exit status, or 128 + the signal that ended it.
    @discardableResult
    static func run(_ command: [String], output: String) throws(LocalPostgresError) -> Int32 {
        let id = try spawn(
            command, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C"], output: output)
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            guard errno == EINTR else { throw .system(call: "waitpid", path: "", errno: errno) }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Starts a program in a process group of its own, with its output appended to a file.
    static func spawn(
        _ command: [String], environment: [String], output: String
    ) throws(LocalPostgresError) -> Int32 {
        let log = unsafe open(output, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw .system(call: "open", path: output, errno: errno) }
        defer { close(log) }

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, log, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, log, 2)
        // Closing one that another thread has closed meanwhile does no harm.
        for descriptor in openDescriptors() where descriptor > 2 {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var id: pid_t = 0
        // The folder of the caller may be closed to the user who runs the server.
        let command = ["/usr/bin/env", "-C", "/"] + command
        let code = unsafe withCArray(command) { arguments in
            unsafe withCArray(environment) { environment in
                unsafe posix_spawn(&id, command[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw .system(call: "posix_spawn", path: command[0], errno: code) }
        return id
    }
}

/// The descriptors this process has open.
private func openDescriptors() -> [Int32] {
    guard let folder = unsafe opendir("/proc/self/fd") else { return [] }
    defer { unsafe _ = closedir(folder) }
    var found: [Int32] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
            unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        if let descriptor = Int32(name) { found.append(descriptor) }
    }
    return found
}

/// Lets the caller's thread rest.
func pause(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    unsafe _ = nanosleep(&time, nil)
}

/// The system's text for an error number.
func systemText(_ errno: Int32) -> String { unsafe String(cString: strerror(errno)) }

/// Calls `body` with the texts as the array of C strings that `exec` wants.
private func withCArray<R>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
) -> R {
    var pointers = unsafe texts.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { for index in texts.indices { unsafe free(pointers[index]) } }
    return unsafe body(pointers)
}
