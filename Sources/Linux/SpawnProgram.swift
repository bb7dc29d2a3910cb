import CLinux
import Glibc

/// The three streams of a child that is about to be started; closes what nobody took.
struct StandardStreams: ~Copyable {
    /// What becomes 0, 1 and 2 in the child.
    private(set) var childEnds: [Int32] = [0, 1, 2]
    private var ourEnds: [Int32?] = [nil, nil, nil]
    private var opened: [Int32] = []

    mutating func open(_ request: SpawnRequest) throws(SystemError) {
        let streams = [request.input, request.output, request.error]
        for (index, stream) in streams.enumerated() {
            switch stream {
            case .inherit:
                break
            case .null:
                try open("/dev/null", O_RDWR, as: index)
            case .file(let path):
                try open(path, index == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND, as: index)
            case .pipe:
                let ends = try openPipe()
                let (ours, theirs) =
                    index == 0 ? (ends.writing, ends.reading) : (ends.reading, ends.writing)
                opened.append(theirs)
                childEnds[index] = theirs
                ourEnds[index] = ours
                try makeNonBlocking(ours)
            }
        }
    }

    mutating func takeOurEnds() -> [Int32?] {
        let taken = ourEnds
        ourEnds = []
        return taken
    }

    private mutating func open(_ path: String, _ flags: Int32, as index: Int) throws(SystemError) {
        childEnds[index] = try openFile(path, flags)
        opened.append(childEnds[index])
    }

    deinit {
        for descriptor in opened { closeDescriptor(descriptor) }
        for case let descriptor? in ourEnds { closeDescriptor(descriptor) }
    }
}

/// Runs the C side with the request's texts laid out as it wants them.
func startProgram(_ request: SpawnRequest, _ standard: [Int32]) -> duet_spawn_outcome {
    let variables = request.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    return unsafe withCStrings(candidates(request)) { candidates in
        unsafe withCStrings(request.command) { arguments in
            unsafe withCStrings(variables) { environment in
                var low = unsafe duet_spawn_request()
                // C's `const char *const *` against our array of mutable pointers.
                unsafe low.candidates = UnsafeRawPointer(candidates).assumingMemoryBound(
                    to: UnsafePointer<CChar>?.self)
                unsafe low.arguments = unsafe UnsafePointer(arguments)
                unsafe low.environment = unsafe UnsafePointer(environment)
                unsafe low.standard = (standard[0], standard[1], standard[2])
                unsafe low.ends_with_parent = request.endsWithParent ? 1 : 0
                guard let directory = request.directory else { return unsafe duet_spawn(&low) }
                return unsafe directory.withCString { directory in
                    unsafe low.directory = directory
                    return unsafe duet_spawn(&low)
                }
            }
        }
    }
}

/// Turns the failed step into words for a person.
func spawnError(_ outcome: duet_spawn_outcome, _ request: SpawnRequest) -> SpawnError {
    let name = request.command.first ?? ""
    switch outcome.failed {
    case DUET_SPAWN_EXECUTE where outcome.error == ENOENT:
        let path = name.contains("/") ? nil : request.environment["PATH"] ?? defaultPath
        return .commandNotFound(name, searched: path)
    case DUET_SPAWN_EXECUTE where [EACCES, ENOEXEC].contains(outcome.error):
        return .notExecutable(name)
    case DUET_SPAWN_EXECUTE:
        return .system(SystemError(call: "execve", errno: outcome.error, path: name))
    case DUET_SPAWN_DIRECTORY:
        return .directory(
            SystemError(call: "chdir", errno: outcome.error, path: request.directory))
    case DUET_SPAWN_GROUP:
        return .system(SystemError(call: "setpgid", errno: outcome.error))
    case DUET_SPAWN_DESCRIPTORS:
        return .system(SystemError(call: "dup2", errno: outcome.error))
    case DUET_SPAWN_PIPE:
        return .system(SystemError(call: "pipe2", errno: outcome.error))
    default:
        return .system(SystemError(call: "fork", errno: outcome.error))
    }
}

/// Where programs are looked up when the environment has no `PATH`.
private let defaultPath = "/usr/local/bin:/usr/bin:/bin"

/// Lists where the program may be, since only a list can be walked safely after the fork.
private func candidates(_ request: SpawnRequest) -> [String] {
    guard let name = request.command.first, !name.isEmpty else { return [] }
    if name.contains("/") { return [name] }
    let path = request.environment["PATH"] ?? defaultPath
    return path.split(separator: ":").map { "\($0)/\(name)" }
}

/// Lends texts to C as an array of pointers that ends with nil.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
        capacity: texts.count + 1)
    for (index, text) in texts.enumerated() {
        unsafe (pointers + index).initialize(to: strdup(text))
    }
    unsafe (pointers + texts.count).initialize(to: nil)
    defer {
        for index in texts.indices { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
    return unsafe body(pointers)
}
