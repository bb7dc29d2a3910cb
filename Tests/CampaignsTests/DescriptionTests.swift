import Foundation
import Testing

@testable import Campaigns

private let fields = CampaignFile.fields

@Test func everyFieldIsDocumentedInOneSentence() {
    let bad = fields.filter { field in
        field.summary.isEmpty || field.summary.count > 130 || field.example.isEmpty
            || field.summary.last != "."
    }
    #expect(bad.map(\.path) == [])
}

@Test func everyPathIsThereOnce() {
    #expect(Set(fields.map(\.path)).count == fields.count)
    #expect(fields.count > 150)
}

/// What a file must say besides the field under test, by the field.
private let companions: [String: [String: String]] = [
    "campaign.generate.include_reference": ["prompts.columns.reference_video": "path"],
    "campaign.generate.seeds.list": ["generate.seeds.policy": "list"],
    "campaign.rank.weights": ["rank.aggregate": "weighted"],
    "campaign.rank.weighting.bins": ["rank.weighting.method": "histogram"],
    "campaign.rank.weighting.alpha": ["rank.weighting.method": "histogram"],
    "campaign.rank.weighting.power": ["rank.weighting.method": "histogram"],
    "round.track.experiment": ["track.mlflow": "http://mlflow:5000"],
    "round.launch.type": ["launch.command": "[train.py]"],
    "round.launch.command": ["launch.type": "torchrun"],
]

private let leastRound = """
    kind: Round
    name: demo
    data: {campaign: demo}
    evaluate: {prompts: {source: held.csv}, distances: {embedder: demo}}

    """

private let leastTraining = """
    kind: Training
    name: demo
    objective: sft
    model: models/demo
    data: [{file: clips.csv}]
    output: runs/demo

    """

/// The shortest document of the kind that a path begins with.
private func least(_ path: String) -> String {
    switch path.split(separator: ".").first {
    case "round":
        path == "round.data.round"
            ? leastRound.replacing("campaign: demo", with: "round: other") : leastRound
    case "training": leastTraining
    default: goodFile
    }
}

/// Fields of list items and of forms with alternatives have the examples of what holds them.
private let settable = fields.filter { field in
    let parents = fields.filter { field.path.hasPrefix($0.path + ".") }
    return !parents.contains { $0.form.isListOrMap }
}

extension Form {
    fileprivate var isListOrMap: Bool {
        switch self {
        case .list, .map: true
        default: false
        }
    }
}

@Test(arguments: settable.map(\.path))
func everyExampleAndEveryDefaultDecodes(path: String) throws {
    let field = try #require(fields.first { $0.path == path })
    let names = path.split(separator: ".").dropFirst().joined(separator: ".")
    for value in [field.example, field.defaultText].compactMap({ $0 }) {
        // What goes with the example need not go with the default, which needs nothing.
        var overrides = value == field.example ? companions[path] ?? [:] : [:]
        overrides[names] = value
        #expect(
            throws: Never.self, "\(names) = \(value)",
            performing: {
                try CampaignFile.documents(
                    of: least(path), file: "c.yaml", overrides: overrides)
            })
    }
}

@Test func whatAFileDoesNotSayIsTheDocumentedDefault() throws {
    let text = [goodFile, leastRound, leastTraining].joined(separator: "---\n")
    let least = try CampaignFile.documents(of: text, file: "c.yaml")
    let campaign = try #require(least.first?.campaign)
    let round = try #require(least[1].round)
    let training = try #require(least.last?.training)
    let written = [
        "campaign": Campaign.table.write(campaign), "round": Round.table.write(round),
        "training": TrainingFile.table.write(training),
    ]
    // Either a campaign or a round has to be named, so neither is required or has a default.
    let fixed = settable.filter { $0.path != "round.data.campaign" }
    for field in fixed where field.children.isEmpty && !field.isRequired && field.isKept {
        var node: DocumentNode? = DocumentNode(
            .mapping(written.map { DocumentNode.Entry($0.key, $0.value) }))
        for name in field.path.split(separator: ".").dropLast() { node = node?[String(name)] }
        // Sections that are absent have no fields.
        guard let parent = node else { continue }
        node = parent[field.key]
        #expect(node.map(YAMLText.flow) == field.defaultText, "\(field.path)")
    }
}

@Test(arguments: FileKind.allCases)
func theTemplateDecodesAndMentionsEveryField(kind: FileKind) throws {
    let template = CampaignFile.template(kind)
    #expect(
        template
            == (try recorded(template, at: folder("Snapshots") + "/template-\(kind.word).yaml")))
    let document = try #require(
        try CampaignFile.documents(of: template, file: "template.yaml").first)
    #expect(document.kind == kind)
    if kind == .campaign { #expect(document.unsupported == []) }
    for field in kind.fields { #expect(template.contains("\(field.key):"), "\(field.key)") }
    #expect(template.split(separator: "\n").allSatisfy { $0.count <= 100 })
}

@Test(arguments: [
    "campaign", "campaign.rank", "campaign.rank.normalize", "campaign.rank.normalize.method",
    "campaign.generate.include_reference", "campaign.resources.where", "campaign.prompts.dedupe",
    "campaign.score.rewards", "campaign.export", "round", "round.loss.type",
])
func aFieldIsExplained(path: String) throws {
    let text = try CampaignFile.explain(path)
    #expect(text == (try recorded(text, at: folder("Snapshots") + "/explain-\(path).txt")))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
}

@Test func everyFieldCanBeExplained() throws {
    for field in fields {
        #expect(try CampaignFile.explain(field.path).contains(field.path))
    }
}

@Test func aFieldIsFoundByThePathsThatProblemsName() throws {
    let goal = try CampaignFile.explain("campaign.score.rewards.goal")
    #expect(try CampaignFile.explain("score.rewards[2].goal") == goal)
    #expect(try CampaignFile.explain("score.rewards.0.goal") == goal)
    #expect(try CampaignFile.explain("Campaign.score.rewards.goal") == goal)
    let params = try CampaignFile.explain("campaign.generate.params")
    #expect(try CampaignFile.explain("generate.params.steps") == params)
}

@Test(arguments: [
    (
        "campaign.rank.normalise",
        "explain: no field 'normalise' in campaign.rank; did you mean 'normalize'?"
    ),
    ("campain", "explain: no field 'campain' in campaign; did you mean 'campaign'?"),
    (
        "campaign.seed.policy",
        "explain: 'campaign.seed' is a plain value and has no fields"
    ),
    ("", "explain: name a field, such as campaign.rank.normalize"),
])
func aFieldThatIsNotThereNamesTheNearest(path: String, message: String) {
    let error = #expect(throws: CampaignFileError.self) { try CampaignFile.explain(path) }
    #expect(error?.description == message)
}
