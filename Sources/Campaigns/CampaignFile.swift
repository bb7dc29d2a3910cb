import FoundationEssentials

/// Reads campaign files: YAML, one document per campaign, checked as a whole.
///
/// Unknown keys and everything that this version does not run are problems, never ignored. All
/// problems of a file are thrown together, each with its line and field path.
public enum CampaignFile {
    /// The most bytes a campaign file may have; prompts belong in a file of their own.
    public static let sizeLimit = 1 << 20

    /// Reads a campaign file.
    ///
    /// `overrides` maps field paths (`generate.num_samples`) to values as on a command line.
    public static func load(
        _ path: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [Campaign] {
        try decode(readText(path, limit: sizeLimit), file: path, overrides: overrides)
    }

    /// Decodes the text of a campaign file; `file` is what messages call it.
    public static func decode(
        _ text: String, file: String, overrides: [String: String] = [:]
    ) throws(CampaignFileError) -> [Campaign] {
        let problems = ProblemList()
        let overrides = Overrides(overrides, problems: problems)
        let documents = YAMLDocuments.parse(text, file: file, problems: problems)
        var campaigns: [Campaign] = []
        for document in documents {
            guard let campaign = decode(document, overrides: overrides, problems: problems) else {
                continue
            }
            if campaigns.contains(where: { $0.name == campaign.name }) {
                problems.report(
                    document.place, "name",
                    "'\(campaign.name)' is taken by an earlier document of this file")
            }
            campaigns.append(campaign)
        }
        if documents.isEmpty, problems.isEmpty {
            problems.report(
                Place(file: file, line: 0), "", "holds no campaign; begin with 'kind: Campaign'")
        }
        try problems.throwIfAny()
        return campaigns
    }

    private static func decode(
        _ document: DocumentNode, overrides: Overrides, problems: ProblemList
    ) -> Campaign? {
        var document = document
        if case .mapping = document.content { overrides.apply(to: &document) }
        guard var section = Section(Field(node: document, path: "", problems: problems)),
            let kind = section.required("kind", "kind: Campaign"),
            kind.choice(["Campaign"], later: ["Round", "Sweep"]) != nil
        else { return nil }
        let variables = Variables(of: document, problems: problems)
        document = variables.substituted(in: document)
        return CampaignDecoder(problems: problems).decode(document)
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
