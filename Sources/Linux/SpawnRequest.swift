/// What to start, and with which surroundings.
public struct SpawnRequest: Equatable, Sendable {
    /// Where one of the three standard streams leads.
    public enum Stream: Equatable, Sendable {
        /// To this process.
        case pipe
        /// To a file: input reads it; output and error append to it and create it.
        case file(String)
        /// Where this process's own stream leads.
        case inherit
        /// To /dev/null.
        case null
    }

    /// The program, looked up in `PATH` unless its name has a slash, and its arguments.
    public var command: [String]
    /// The whole environment; nothing is inherited.
    public var environment: [String: String]
    /// The working directory; nil = that of this process.
    public var directory: String?
    /// Where standard input comes from.
    public var input = Stream.null
    /// Where standard output goes.
    public var output = Stream.inherit
    /// Where standard error goes.
    public var error = Stream.inherit
    /// Whether the child gets SIGKILL when the *thread* that started it ends.
    ///
    /// So that a crash of this process leaves no child behind. Start the child from a thread that
    /// lives as long as the child may.
    public var endsWithParent = false

    /// Creates a request with no input and with this process's output streams.
    public init(command: [String], environment: [String: String], directory: String? = nil) {
        self.command = command
        self.environment = environment
        self.directory = directory
    }
}

/// Why a program could not be started.
public enum SpawnError: Error, Equatable, Sendable {
    /// No such program; `searched` is the `PATH` of the environment given, if it was looked up.
    case commandNotFound(String, searched: String?)
    /// The file may not be executed, or holds nothing that can be.
    case notExecutable(String)
    /// The working directory cannot be entered.
    case directory(SystemError)
    /// Something else failed.
    case system(SystemError)
}

extension SpawnError: CustomStringConvertible {
    /// What is wrong and what to look at.
    public var description: String {
        switch self {
        case .commandNotFound(let name, let path?):
            "no program \"\(name)\" in PATH (\(path)); give its full path or extend PATH"
        case .commandNotFound(let name, nil):
            "no program \"\(name)\"; check the path, and for a script its first line (#!)"
        case .notExecutable(let name):
            "\"\(name)\" is no program; check its permissions (chmod +x) and its first line (#!)"
        case .directory(let error):
            "the working directory cannot be entered: \(error)"
        case .system(let error):
            "the program cannot be started: \(error)"
        }
    }
}
