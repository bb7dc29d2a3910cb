import Console
import Foundation
import Testing
import Wire

@testable import duet

private func value(_ answer: some Encodable) throws -> Value {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try Value(json: try encoder.encode(answer))
}

/// Keys that an answer leaves out while they have no value.
private let optional: Set<String> = [
    "pairs", "finished_at", "max_failed", "worker", "duration_ms", "error", "engine",
    "available_at", "silence_ms", "winner_path", "loser_path", "id", "campaign", "task",
    "margins.audio", "margins.video", "margins.audio_video", "seconds_per_candidate",
]

@Test func theColumnsOfEachListingAreKeysOfItsAnswer() throws {
    let samples: [(columns: [Column], row: Value)] = [
        (Columns.campaigns, try value(Answers.Campaign(id: 1, name: "a", state: "running"))),
        (Columns.workers, try value(Answers.Worker(id: 1, name: "a", state: "ready"))),
        (
            Columns.cost,
            try value(Answers.Cost.Row(kind: "score", name: "a"))
        ),
    ]
    for (columns, row) in samples {
        for column in columns where !optional.contains(column.key) {
            #expect(row.at(column.key) != .null, "\(column.key)")
        }
    }
}

@Test func noTwoColumnsOfAListingHaveOneName() {
    let listings = [
        Columns.campaigns, Columns.tasks, Columns.workers, Columns.pairs, Columns.events,
        Columns.cost,
    ]
    for columns in listings {
        #expect(Set(columns.map(\.key)).count == columns.count)
        #expect(Set(columns.map(\.header)).count == columns.count)
    }
}

@Test(arguments: [
    ("90s", 90.0), ("2h", 7200), ("15m", 900), ("1.5m", 90), ("600", 600), ("250ms", 0.25),
    ("1d", 86_400),
])
func aTimeoutIsReadWithItsUnit(text: String, seconds: Double) {
    #expect(Timeout(argument: text)?.seconds == seconds)
}

@Test(arguments: ["", "h", "2 hours", "-3s", "2x"])
func anythingElseIsNoTimeout(text: String) {
    #expect(Timeout(argument: text)?.seconds == nil)
}
