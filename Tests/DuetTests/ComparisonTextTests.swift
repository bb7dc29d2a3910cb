import Campaigns
import Console
import Evaluations
import Foundation
import Preferences
import Testing

@testable import duet

private func value(_ answer: some Encodable) throws -> Value {
    try Value(json: try JSONEncoder().encode(answer))
}

private let plain = Paint(isOn: false)

@Test func aComparisonIsReadAsTwoTables() throws {
    let comparison = try comparePolicies(
        before: "base", after: "round 1",
        dimensions: [
            ComparedDimension(name: "sync", modality: "audio_video"),
            ComparedDimension(name: "desync", modality: "audio_video", goal: .minimize),
        ],
        prompts: (0..<8).map {
            PromptScores(prompt: $0, before: [[1, 2], [1, nil]], after: [[$0 < 6 ? 3 : 0, 2]])
        })
    let text = policyComparisonText(try value(comparison), width: 100, plain)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "round 1 against base on 8 prompts")
    let sync = try #require(lines.first { $0.hasPrefix("sync ") })
    #expect(sync.contains("1.000    2.250") && sync.contains("▲") && sync.contains("75.0 %"))
    let desync = try #require(lines.first { $0.hasPrefix("desync ↓") })
    #expect(desync.contains("0.00") && desync.contains("50.0 %"))
    #expect(lines.contains { $0.hasPrefix("RANKED, BY MODALITY") })
    #expect(!text.contains("HELD OUT, BY") && !text.contains("SHARES"))
    #expect(text.contains("candidates without a score (before/after): desync 8/0"))
    for width in [40, 60, 80] {
        let narrow = policyComparisonText(try value(comparison), width: width, plain)
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= width })
    }
}

@Test func gatesAreReadAsSentencesWithASign() throws {
    let verdicts = judge(
        [1, 0].map { Round.Gate(metric: "guard/weight_change", max: $0) },
        by: RoundNumbers(guards: ["weight_change": 0.5]),
        names: MeasurementNames(dimensions: [], trained: []))
    #expect(
        gateText(try value(verdicts), width: 200, plain) == """
              ✓ guard/weight_change is 0.5, at most 1, as asked.
              ✗ guard/weight_change is 0.5, above 0, where at most 0 was asked.

            """)
}

@Test func aLineageIsReadAsATree() throws {
    let node = LineageNode(
        kind: "adapter", name: "a/2", facts: [.init("rank", "16"), .init("alpha", "8")],
        children: [
            LineageNode(
                kind: "pairs", name: "p", children: [LineageNode(kind: "campaign", name: "c")]),
            LineageNode(kind: "base model", name: "m", facts: [.init("sha256", "ab")]),
        ])
    #expect(
        lineageText(try value(node), width: 80, plain) == """
            adapter a/2
            │   rank 16, alpha 8
            ├── pairs p
            │   └── campaign c
            └── base model m
                    sha256 ab

            """)
}
