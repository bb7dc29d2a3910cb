import Campaigns
import Foundation
import Testing

private func campaign(
    _ columns: Campaign.Columns = .init(), limit: Int? = nil, includeReference: Bool = false
) -> Campaign {
    Campaign(
        name: "demo", prompts: .init(source: "p.csv", columns: columns, limit: limit),
        generate: .init(model: "m", includeReference: includeReference),
        score: .init(rewards: []))
}

private func prompts(
    _ text: String, _ file: String, _ campaign: Campaign = campaign()
) throws -> [Prompt] {
    let report = PromptFile.report(of: text, file: file, for: campaign)
    guard report.problems.isEmpty else { throw CampaignFileError(problems: report.problems) }
    return report.prompts
}

@Test func aCSVFileIsReadWithQuotesCommasAndNewlines() throws {
    let text = "id,text\r\na,\"one, \"\"two\"\"\nthree\"\r\n\r\nb,a 5\" ball\n"
    #expect(
        try prompts(text, "p.csv") == [
            Prompt(key: "a", text: "one, \"two\"\nthree"), Prompt(key: "b", text: "a 5\" ball"),
        ])
}

@Test func aFileWithoutIdsCountsItsRows() throws {
    let expected = [Prompt(key: "p000001", text: "one"), Prompt(key: "p000002", text: "two")]
    #expect(try prompts("text\none\ntwo", "p.csv") == expected)
    #expect(try prompts("one\n\n  \r\ntwo\n", "p.txt") == expected)
    #expect(
        try prompts("{\"text\":\"one\"}\n\n{\"text\":\"two\",\"x\":[1]}", "p.jsonl") == expected)
    #expect(try prompts("id,text\n,one\n  ,two", "p.csv") == expected)
}

@Test func jsonLinesMayHaveNumbersAsIdsAndOtherFields() throws {
    let text = #"{"id": 12, "text": "a é \"b\"", "tags": {"a": [1, null]}, "n": 1.5, "t": true}"#
    #expect(try prompts(text, "p.jsonl") == [Prompt(key: "12", text: "a é \"b\"")])
}

@Test func columnsMayHaveOtherNames() throws {
    let columns = Campaign.Columns(
        id: "clip", text: "caption", referenceVideo: "v", referenceAudio: "a")
    let expected = [
        Prompt(
            key: "c1", text: "x", groundTruth: .init(video: "/d/m/1.mp4", audio: "/abs/1.wav")),
        Prompt(key: "c2", text: "y", groundTruth: .init(video: "/2.mp4", audio: nil)),
        Prompt(key: "c3", text: "z"),
    ]
    let csv = "v,caption,a,clip\nm/1.mp4,x,/abs/1.wav,c1\n../2.mp4,y,,c2\n,z,,c3\n"
    #expect(try prompts(csv, "/d/p.csv", campaign(columns)) == expected)
    let lines = """
        {"clip":"c1","caption":"x","v":"m/1.mp4","a":"/abs/1.wav"}
        {"clip":"c2","caption":"y","v":"../2.mp4","a":null}
        {"clip":"c3","caption":"z"}
        """
    #expect(try prompts(lines, "/d/p.jsonl", campaign(columns)) == expected)
}

@Test func aLimitReadsNoFurther() throws {
    let limited = campaign(limit: 1)
    #expect(try prompts("text\none\n\"broken", "p.csv", limited).count == 1)
    #expect(try prompts("{\"text\":\"one\"}\nbroken", "p.jsonl", limited).count == 1)
    #expect(try prompts("one\ntwo", "p.txt", limited).count == 1)
}

private let bell =
    "a small red ball bounces slowly across a wooden table while a bell rings far away"

@Test(arguments: [
    (nil, 5), (Campaign.Dedupe(method: .exact), 4), (Campaign.Dedupe(threshold: 0.7), 3),
    (Campaign.Dedupe(threshold: 0.99), 4), (Campaign.Dedupe(ngram: 1, threshold: 0.05), 2),
])
func repeatedPromptsAreDroppedOnlyAsAsked(rule: Campaign.Dedupe?, left: Int) {
    let text = [bell, bell.uppercased() + "!", bell + " today", "thunder", "rain on a roof"]
        .joined(separator: "\n")
    var asking = campaign()
    asking.prompts.dedupe = rule
    let report = PromptFile.report(
        of: text, file: "p.txt", for: asking, lookingForNearDuplicates: true)
    #expect(report.problems == [])
    #expect(report.prompts.count == left)
    #expect(report.total == 5)
    #expect(report.prompts.map(\.key).first == "p000001")
}

@Test func repeatedPromptsAreNotedWithTheirLines() {
    let text = "\(bell)\n\(bell) today\nthunder\nThunder!\n"
    let report = PromptFile.report(
        of: text, file: "p.txt", for: campaign(), lookingForNearDuplicates: true)
    #expect(report.prompts.count == 4)
    #expect(
        report.notes.map(\.description) == [
            "p.txt:2: 1 of 4 prompts shares at least 85 % of the 3-word shingles of an earlier "
                + "one: line 2 (93 % of 1); set prompts.dedupe to drop them",
            "p.txt:4: 1 of 4 prompts repeats the text of an earlier one: line 4 (as 3); "
                + "set prompts.dedupe to drop them",
        ])
}

@Test func aLimitCountsWhatIsLeft() {
    var asking = campaign(limit: 2)
    asking.prompts.dedupe = .init(method: .exact)
    let report = PromptFile.report(of: "a\nA\nb\nc\n", file: "p.txt", for: asking)
    #expect(report.prompts.map(\.text) == ["a", "b"])
    #expect(report.prompts.map(\.key) == ["p000001", "p000003"])
    #expect(report.total == 4)
}

@Test func groundTruthMustBeThereWhenItIsRanked() throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "duet-prompts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("x".utf8).write(to: folder.appending(path: "a.mp4"))
    let file = folder.appending(path: "p.csv")
    var ranked = campaign(.init(referenceVideo: "path"), includeReference: true)

    try Data("id,text,path\n1,one,a.mp4\n".utf8).write(to: file)
    let good = try PromptFile.read(for: ranked, folder: folder.path)
    #expect(good.map { $0.groundTruth?.video } == [folder.path + "/a.mp4"])

    try Data("id,text,path\n1,one,a.mp4\n2,two,b.mp4\n3,three,\n4,four,.\n".utf8).write(to: file)
    let error = #expect(throws: CampaignFileError.self) {
        try PromptFile.read(for: ranked, folder: folder.path)
    }
    #expect(
        error?.description.replacing(folder.path, with: "/d") == """
            /d/p.csv:3: reference_video: /d/b.mp4 does not exist; \
            paths are relative to the prompts file
            /d/p.csv:4: reference_video: is empty, \
            but include_reference needs every prompt's ground truth; name a clip, \
            leave the prompt out, or set generate.include_reference to false
            /d/p.csv:5: reference_video: /d cannot be read; \
            check that it is a file and its permissions
            """)

    ranked.generate.includeReference = false
    #expect(try PromptFile.read(for: ranked, folder: folder.path).count == 4)
}

@Test func aFileThatIsNotThereOrNotTextIsReported() throws {
    #expect(
        throws: CampaignFileError(problems: [
            Problem(
                file: "/nowhere/p.csv", line: 0, path: "prompts.source",
                message: "does not exist; the path is relative to the campaign file")
        ])
    ) {
        try PromptFile.read(for: campaign(), folder: "/nowhere")
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "duet-\(UUID()).csv")
    try Data([0x74, 0xFF, 0x0A]).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var other = campaign()
    other.prompts.source = file.path
    #expect(
        throws: CampaignFileError(problems: [
            Problem(
                file: file.path, line: 0, path: "prompts.source",
                message: "is not UTF-8 text; save it as UTF-8")
        ])
    ) {
        try PromptFile.read(for: other, folder: "/")
    }
}
