import FoundationEssentials

/// Reads campaign files: YAML, one document per campaign or round, checked as a whole.
///
/// Unknown keys are problems, and what this version cannot run is accepted here and refused at
/// submit; nothing is ignored. All problems of a file are thrown together, each with its line and
/// field path.
public enum CampaignFile {
    /// The most bytes a campaign file may have; prompts belong in a file of their own.
    public static let sizeLimit = 1 << 20

    /// Reads the campaigns of a file that is to be submitted.
    ///
    /// `overrides` maps field paths (`generate.num_samples`) to values as on a command line.
    /// Throws also for what is accepted but cannot run yet; `read` does not.
    public static func load(
        _ path: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [Campaign] {
        try submittable(read(path, overrides: overrides))
    }

    /// Reads all documents of a file that is to be submitted.
    ///
    /// Throws also for what is accepted but cannot run yet; `read` does not.
    public static func submittable(
        _ path: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [FileDocument] {
        let documents = try read(path, overrides: overrides)
        _ = try submittable(documents)
        return documents
    }

    /// Decodes the text of a file that is to be submitted; `file` is what messages call it.
    public static func decode(
        _ text: String, file: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [Campaign] {
        try submittable(documents(of: text, file: file, overrides: overrides))
    }

    /// Reads all documents of a file.
    ///
    /// What is accepted but cannot run yet is in each document's `unsupported`.
    public static func read(
        _ path: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [FileDocument] {
        try documents(of: readText(path, limit: sizeLimit), file: path, overrides: overrides)
    }

    /// Decodes all documents of a file's text; `file` is what messages call it.
    public static func documents(
        of text: String, file: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [FileDocument] {
        let problems = ProblemList()
        let overrides = Overrides(overrides, problems: problems)
        let nodes = YAMLDocuments.parse(text, file: file, problems: problems)
        let kinds = nodes.compactMap { $0.kindText.flatMap(FileKind.init) }
        var found: [FileDocument] = []
        for node in nodes {
            let reading = DocumentReading(overrides: overrides, kinds: kinds, problems: problems)
            guard let document = reading.document(node) else { continue }
            if found.contains(where: { $0.kind == document.kind && $0.name == document.name }) {
                problems.report(
                    node.place, "name",
                    "'\(document.name)' is taken by an earlier document of this file")
            }
            found.append(document)
        }
        if nodes.isEmpty, problems.isEmpty {
            problems.report(
                Place(file: file, line: 0), "", "holds no campaign; begin with 'kind: Campaign'")
        }
        try problems.throwIfAny()
        return found
    }

    private static func submittable(
        _ documents: [FileDocument]
    ) throws(CampaignFileError) -> [Campaign] {
        let unsupported = documents.flatMap(\.unsupported)
        guard unsupported.isEmpty else { throw CampaignFileError(problems: unsupported) }
        return documents.compactMap(\.campaign)
    }
}

/// Returns a file's text; throws when it cannot be read, is too long or is no UTF-8.
func readText(_ path: String, limit: Int) throws(CampaignFileError) -> String {
    func failure(_ message: String) -> CampaignFileError {
        CampaignFileError(problems: [Problem(file: path, line: 0, path: "", message: message)])
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw failure(
            FileManager.default.fileExists(atPath: path)
                ? "cannot be read; check that it is a file and its permissions" : "does not exist")
    }
    guard data.count <= limit else {
        throw failure("has \(data.count) bytes, more than the \(limit) that are read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
        throw failure("is not UTF-8 text; save it as UTF-8")
    }
    // Editors of some systems begin a file with a byte order mark.
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
}
