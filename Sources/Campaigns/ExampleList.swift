/// Collects problems of rows by sort: one message for each, with the count and the first lines.
///
/// A long file must not flood a screen, and a person wants to know how much is wrong.
final class ExampleList {
    /// How many lines a message names.
    static let limit = 5
    private let file: String
    private let problems: ProblemList
    private var sorts: [String] = []
    private var first: [String: (line: Int, path: String, message: String)] = [:]
    private var lines: [String: [Int]] = [:]
    private var counts: [String: Int] = [:]

    init(file: String, problems: ProblemList) {
        self.file = file
        self.problems = problems
    }

    /// Reports one row's problem; `sort` is the same for problems of which one message is enough.
    func report(_ sort: String, line: Int, path: String = "", _ message: String) {
        if first[sort] == nil {
            sorts.append(sort)
            first[sort] = (line, path, message)
        }
        counts[sort, default: 0] += 1
        if counts[sort, default: 0] <= Self.limit { lines[sort, default: []].append(line) }
    }

    /// Passes on what was collected.
    func finish() {
        for sort in sorts {
            guard let example = first[sort], let count = counts[sort] else { continue }
            let others = Self.named((lines[sort] ?? []).map { "\($0)" }, of: count)
            let ending = count > 1 ? " (\(count) rows like this: lines \(others))" : ""
            problems.report(
                Place(file: file, line: example.line), example.path, example.message + ending)
        }
    }

    /// Returns the first few of many with how many more there are: `3, 4, 5 and 14 more`.
    static func named(_ first: [String], of count: Int) -> String {
        let shown = first.prefix(limit)
        let more = count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
