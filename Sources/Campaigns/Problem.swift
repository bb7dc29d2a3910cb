/// One thing that is wrong in a file a person wrote, and what to do instead.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The file as the caller named it; `--set` for an override given on the command line.
    public let file: String
    /// The line, from 1; 0 when the problem belongs to no line.
    public let line: Int
    /// The field's path, such as `score.rewards[2].goal`; empty for the file as a whole.
    public let path: String
    /// What is wrong and what to do instead.
    public let message: String

    /// Names a place and what is wrong there.
    public init(file: String, line: Int, path: String, message: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }

    /// The problem as one line, `file:line: path: message`.
    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
    }
}

/// Everything that is wrong in a campaign file or its prompts file, found in one reading.
public struct CampaignFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems in the order of their lines; never empty.
    public let problems: [Problem]

    /// Collects problems that were found together.
    public init(problems: [Problem]) {
        self.problems = problems
    }

    /// One problem per line, each as `file:line: path: message`.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// Collects the problems of one reading, so that a person sees all of them at once.
final class ProblemList {
    private var problems: [Problem] = []

    var isEmpty: Bool { problems.isEmpty }

    /// Notes a problem; of several with one field only the first, from which the others follow.
    func report(_ place: Place, _ path: String, _ message: String) {
        let isFollowing =
            !path.isEmpty
            && problems.contains {
                $0.file == place.file && $0.line == place.line && $0.path == path
            }
        guard !isFollowing else { return }
        problems.append(Problem(file: place.file, line: place.line, path: path, message: message))
    }

    /// What was found, by line; overrides, which have no line, come first.
    var sorted: [Problem] {
        let order = problems.indices.sorted {
            (problems[$0].line, $0) < (problems[$1].line, $1)
        }
        return order.map { problems[$0] }
    }

    func throwIfAny() throws(CampaignFileError) {
        guard !problems.isEmpty else { return }
        throw CampaignFileError(problems: sorted)
    }
}

/// Where a value was written.
struct Place: Equatable, Sendable {
    var file: String
    var line: Int

    /// Where values are that nobody wrote.
    static let nowhere = Place(file: "", line: 0)
}
