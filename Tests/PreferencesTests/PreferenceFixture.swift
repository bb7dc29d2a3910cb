import Foundation
import Preferences

/// Scores, totals and pairs computed by a reference implementation in exact arithmetic.
struct PreferenceFixture: Decodable {
    struct Case: Decodable {
        var normalisation: String
        var ground_truth: String
        var pairs: [[Int]?]
        var rewards: [[[Double?]]]
    }

    struct Candidate: Decodable {
        var isGroundTruth: Bool
        var scores: [Double?]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            isGroundTruth = try container.decode(Bool.self)
            scores = try container.decode([Double?].self)
        }
    }

    var candidates: [[Candidate]]
    var cases: [Case]

    static func load() throws -> PreferenceFixture {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/preference.json"))
        return try JSONDecoder().decode(PreferenceFixture.self, from: data)
    }

    var rows: [CandidateScores] {
        var rows: [CandidateScores] = []
        for (prompt, siblings) in candidates.enumerated() {
            for (ordinal, candidate) in siblings.enumerated() {
                rows.append(
                    CandidateScores(
                        prompt: Int64(prompt), ordinal: ordinal,
                        isGroundTruth: candidate.isGroundTruth, scores: candidate.scores))
            }
        }
        return rows
    }

    /// The reference's rule: population deviation, ground truth always in the statistics.
    static func rule(for fixtureCase: Case) -> RankRule {
        RankRule(
            dimensions: [
                .init(name: "AQ", modality: "audio"), .init(name: "TA", modality: "audio"),
                .init(name: "VQ", modality: "video"), .init(name: "MQ", modality: "video"),
                .init(name: "TV", modality: "video"), .init(name: "AV", modality: "audio_video"),
                .init(name: "desync", modality: "audio_video", goal: .minimize),
            ],
            normalisation: fixtureCase.normalisation == "none" ? .none : .zScore(ddof: 0),
            groundTruth: fixtureCase.ground_truth == "w_gt" ? .counted : .statisticsOnly)
    }
}
