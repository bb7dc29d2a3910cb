import FoundationEssentials

/// The forms a prompts file can have, told by its name.
enum PromptFormat {
    case csv, jsonl, txt

    init?(path: String) {
        let path = path.lowercased()
        if path.hasSuffix(".csv") {
            self = .csv
        } else if path.hasSuffix(".jsonl") {
            self = .jsonl
        } else if path.hasSuffix(".txt") {
            self = .txt
        } else {
            return nil
        }
    }
}

/// A prompt as a row of a file gives it, before anything is checked.
struct PromptRow {
    var line: Int
    var id: String?
    var text: String?
    var video: String?
    var audio: String?
}

/// Reads prompts files: csv (RFC 4180), jsonl and txt (one prompt per line).
public enum PromptFile {
    /// The most bytes a prompts file may have: all of it is in memory at once.
    public static let sizeLimit = 256 << 20

    /// Reads a campaign's prompts in file order.
    ///
    /// `folder` is the campaign file's; ground-truth paths are relative to the prompts file. A row
    /// without an id gets one of its number, `p000001` and on. All problems are thrown together,
    /// at most five of each sort.
    public static func read(
        for campaign: Campaign, folder: String
    ) throws(CampaignFileError) -> [Prompt] {
        let path = absolutePath(campaign.prompts.source, in: folder)
        let text = try readText(path, limit: sizeLimit)
        return try parse(text, file: path, for: campaign)
    }

    /// Parses the text of a prompts file; `file` tells its form and what paths are relative to.
    public static func parse(
        _ text: String, file: String, for campaign: Campaign
    ) throws(CampaignFileError) -> [Prompt] {
        let problems = ProblemList()
        let examples = ExampleList(file: file, problems: problems)
        let columns = campaign.prompts.columns
        let limit = campaign.prompts.limit ?? Int.max
        let rows: [PromptRow] =
            switch PromptFormat(path: file) {
            case .csv:
                CSVPrompts(text: text, columns: columns, limit: limit, examples: examples).rows()
            case .jsonl:
                JSONLinesPrompts(text: text, columns: columns, limit: limit, examples: examples)
                    .rows()
            case .txt: textLines(of: text, limit: limit)
            case nil: []
            }
        let checking = PromptChecking(
            folder: parentFolder(of: absolutePath(file, in: ".")),
            needsGroundTruth: campaign.generate.includeReference, examples: examples)
        let prompts = checking.prompts(of: rows)
        examples.finish()
        if rows.isEmpty, problems.isEmpty {
            problems.report(
                Place(file: file, line: 0), "",
                PromptFormat(path: file) == nil
                    ? "is no prompts file; its name must end in .csv, .jsonl or .txt"
                    : "holds no prompts; give it at least one")
        }
        try problems.throwIfAny()
        return prompts
    }

    private static func textLines(of text: String, limit: Int) -> [PromptRow] {
        var rows: [PromptRow] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            guard rows.count < limit else { break }
            rows.append(PromptRow(line: index + 1, text: String(line)))
        }
        return rows
    }
}

/// Collects problems of rows, at most five of each sort: a long file must not flood a screen.
final class ExampleList {
    private static let limit = 5
    private let file: String
    private let problems: ProblemList
    private var sorts: [String] = []
    private var found: [String: [(line: Int, path: String, message: String)]] = [:]
    private var counts: [String: Int] = [:]

    init(file: String, problems: ProblemList) {
        self.file = file
        self.problems = problems
    }

    /// Reports one row's problem; `sort` is the same for problems of which five are enough.
    func report(_ sort: String, line: Int, path: String = "", _ message: String) {
        if counts[sort] == nil { sorts.append(sort) }
        counts[sort, default: 0] += 1
        if counts[sort, default: 0] <= Self.limit {
            found[sort, default: []].append((line, path, message))
        }
    }

    /// Passes on what was collected; the last example of a sort says how many more there are.
    func finish() {
        for sort in sorts {
            let shown = found[sort] ?? []
            let more = (counts[sort] ?? 0) - shown.count
            for (index, problem) in shown.enumerated() {
                let isLast = index == shown.count - 1
                let ending = isLast && more > 0 ? " (and \(more) more rows like this)" : ""
                problems.report(
                    Place(file: file, line: problem.line), problem.path, problem.message + ending)
            }
        }
    }
}

/// Returns an absolute path without `.` and `..`; a relative one starts at the folder.
func absolutePath(_ path: String, in folder: String) -> String {
    var whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    if !whole.hasPrefix("/") { whole = "\(FileManager.default.currentDirectoryPath)/\(whole)" }
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}

/// Returns the folder of an absolute path.
func parentFolder(of path: String) -> String {
    absolutePath("..", in: path)
}
