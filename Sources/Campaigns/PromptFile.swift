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
    /// Its number among the file's rows, from 1.
    var number = 0
    var id: String?
    var text: String?
    var video: String?
    var audio: String?
}

/// Reads prompts files: csv (RFC 4180), jsonl and txt (one prompt per line).
public enum PromptFile {
    /// The most bytes a prompts file may have: all of it is in memory at once.
    public static let sizeLimit = 256 << 20

    /// Reads the prompts that take part in a campaign, in file order.
    ///
    /// `folder` is the campaign file's. All problems are thrown together; see `report` for notes.
    public static func read(
        for campaign: Campaign, folder: String
    ) throws(CampaignFileError) -> [Prompt] {
        let report = report(for: campaign, folder: folder)
        guard report.problems.isEmpty else { throw CampaignFileError(problems: report.problems) }
        return report.prompts
    }

    /// Reads a campaign's prompts and says everything that is to be said of them.
    ///
    /// `folder` is the campaign file's; ground-truth paths are relative to the prompts file. A row
    /// without an id gets one of its number, `p000001` and on. Each sort of problem is one message
    /// with its count. `lookingForNearDuplicates` notes similar prompts where `prompts.dedupe` does
    /// not ask for it.
    public static func report(
        for campaign: Campaign, folder: String, lookingForNearDuplicates: Bool = false
    ) -> PromptReport {
        let path = absolutePath(campaign.prompts.source, in: folder)
        let text: String
        do {
            text = try readText(path, limit: sizeLimit)
        } catch {
            let problems = error.problems.map { $0.asked(by: "prompts.source") }
            return PromptReport(prompts: [], total: 0, notes: [], problems: problems)
        }
        return report(
            of: text, file: path, for: campaign, folder: folder,
            lookingForNearDuplicates: lookingForNearDuplicates)
    }

    /// Reads the text of a prompts file; `file` tells its form and what paths are relative to.
    public static func report(
        of text: String, file: String, for campaign: Campaign, folder: String = ".",
        lookingForNearDuplicates: Bool = false
    ) -> PromptReport {
        let (problems, notes) = (ProblemList(), ProblemList())
        let rule = campaign.prompts
        let examples = ExampleList(file: file, problems: problems)
        let limit = rule.limit ?? Int.max
        // What is left out must not count, so then all rows are read.
        let leavesOut = !rule.exclude.isEmpty || rule.dedupe != nil
        let rows = rows(
            of: text, file: file, columns: rule.columns, limit: leavesOut ? .max : limit, examples)
        let selection = PromptSelection(rule: rule, file: file, notes: notes)
        let lists = rule.exclude.compactMap { excluded($0, rule.columns, folder, problems) }
        let included = selection.included(rows, excluding: lists)
        let checking = PromptChecking(
            folder: parentFolder(of: absolutePath(file, in: ".")),
            needsGroundTruth: campaign.generate.includeReference, examples: examples)
        let prompts = checking.prompts(of: included)
        let distinct = selection.distinct(
            prompts, lookingForNearDuplicates: lookingForNearDuplicates)
        examples.finish()
        if distinct.isEmpty, problems.isEmpty {
            problems.report(
                Place(file: file, line: 0), "",
                PromptFormat(path: file) == nil
                    ? "is no prompts file; its name must end in .csv, .jsonl or .txt"
                    : rows.isEmpty
                        ? "holds no prompts; give it at least one"
                        : "has no prompt left: all \(rows.count) are excluded")
        }
        return PromptReport(
            prompts: distinct.prefix(limit).map(\.prompt), total: rows.count, notes: notes.sorted,
            problems: problems.sorted)
    }

    static func rows(
        of text: String, file: String, columns: Campaign.Columns, limit: Int,
        _ examples: ExampleList
    ) -> [PromptRow] {
        var rows: [PromptRow] =
            switch PromptFormat(path: file) {
            case .csv:
                CSVPrompts(text: text, columns: columns, limit: limit, examples: examples).rows()
            case .jsonl:
                JSONLinesPrompts(text: text, columns: columns, limit: limit, examples: examples)
                    .rows()
            case .txt: textLines(of: text, limit: limit)
            case nil: []
            }
        for index in rows.indices { rows[index].number = index + 1 }
        return rows
    }

    /// Reads the texts of an excluded file; its column is the prompts' own, or `text`.
    private static func excluded(
        _ name: String, _ columns: Campaign.Columns, _ folder: String, _ problems: ProblemList
    ) -> ExcludedTexts? {
        let path = absolutePath(name, in: folder)
        do {
            let text = try readText(path, limit: sizeLimit)
            let inside = ProblemList()
            let examples = ExampleList(file: path, problems: inside)
            let rows = rows(
                of: text, file: path, columns: Campaign.Columns(text: columns.text), limit: .max,
                examples)
            examples.finish()
            for problem in inside.sorted {
                problems.report(
                    Place(file: problem.file, line: problem.line), "prompts.exclude",
                    problem.path.isEmpty
                        ? problem.message : "\(problem.path): \(problem.message)")
            }
            guard inside.isEmpty else { return nil }
            let texts = rows.compactMap { row in row.text.map { NormalisedText($0).key } }
            return ExcludedTexts(name: name, file: path, texts: Set(texts))
        } catch {
            for problem in error.problems {
                let problem = problem.asked(by: "prompts.exclude")
                problems.report(Place(file: problem.file, line: 0), problem.path, problem.message)
            }
            return nil
        }
    }

    private static func textLines(of text: String, limit: Int) -> [PromptRow] {
        var rows: [PromptRow] = []
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            guard rows.count < limit else { break }
            let isEndedByBoth = bytes.last == UInt8(ascii: "\r")
            let line = Substring(isEndedByBoth ? bytes.dropLast() : bytes)
            if line.allSatisfy(\.isWhitespace) { continue }
            rows.append(PromptRow(line: index + 1, text: String(line)))
        }
        return rows
    }
}

extension Problem {
    /// The same of a file that a field of the campaign file names.
    fileprivate func asked(by field: String) -> Problem {
        let isMissing = message == "does not exist"
        return Problem(
            file: file, line: line, path: field,
            message: isMissing ? "\(message); the path is relative to the campaign file" : message)
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
