import Foundation
import Preferences

/// Reads a file of the fixtures' folder.
func fixture(_ name: String) throws -> Data {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: folder.appending(path: "Fixtures/\(name)"))
}

/// Scores, rewards and pairs of 200 prompts by a reference implementation in exact arithmetic.
///
/// `preference_*` hold every strategy × normalisation × part of the ground truth.
struct PreferenceFixture {
    /// One combination, such as `modality-micro|zscore|w_gt`.
    struct Case: CustomStringConvertible {
        var key: String
        var pairs: [[Int]?]
        /// `rewards[prompt * 4 + candidate]`, with one element per compared total.
        var rewards: [[Double]]

        var description: String { key }
    }

    var rows: [CandidateScores] = []
    var cases: [Case] = []

    static let whole = Result { try PreferenceFixture() }

    private init() throws {
        let input = try JSONDecoder().decode(Input.self, from: fixture("preference_input.json"))
        for (prompt, entry) in input.prompts.enumerated() {
            for (ordinal, candidate) in entry.candidates.enumerated() {
                rows.append(
                    CandidateScores(
                        prompt: Int64(prompt), ordinal: ordinal, isGroundTruth: candidate.is_gt,
                        scores: input.metrics.map { candidate.scores[$0] ?? nil }))
            }
        }
        let expected = try JSONDecoder().decode(
            Expected.self, from: fixture("preference_expected.json"))
        let rewards = try Tensors(fixture("preference_rewards.safetensors"))
        for (key, pairs) in expected.pairs.sorted(by: { $0.key < $1.key }) {
            let values = try rewards.doubles("output.\(key).rewards")
            let width = values.count / (200 * 4)
            cases.append(
                Case(
                    key: key, pairs: pairs,
                    rewards: stride(from: 0, to: values.count, by: width).map {
                        Array(values[$0..<$0 + width])
                    }))
        }
    }

    /// The reference's rule: population deviation, ground truth always in the statistics.
    static func rule(for key: String) -> RankRule {
        let parts = key.split(separator: "|")
        let strategy = parts[0].split(separator: "@")
        let isMacro = strategy[0].hasSuffix("macro")
        return RankRule(
            dimensions: [
                .init(name: "AQ", modality: "audio"), .init(name: "TA", modality: "audio"),
                .init(name: "VQ", modality: "video"), .init(name: "MQ", modality: "video"),
                .init(name: "TV", modality: "video"), .init(name: "AV", modality: "audio_video"),
                .init(name: "desync", modality: "audio_video", goal: .minimize),
            ],
            normalisation: ["zscore": .zScore(ddof: 0), "minmax": .minMax][parts[1]] ?? .none,
            scope: isMacro && strategy.count == 1 ? .prompt : .campaign,
            groundTruth: parts[2] == "w_gt" ? .counted : .statisticsOnly,
            aggregation: [
                "modality-macro": .modalityMacro, "average-micro": .averageMicro,
                "average-macro": .averageMacro,
            ][strategy[0]] ?? .modalityMicro)
    }

    private struct Input: Decodable {
        struct Candidate: Decodable {
            var is_gt: Bool
            var scores: [String: Double?]
        }

        struct Prompt: Decodable {
            var candidates: [Candidate]
        }

        var metrics: [String]
        var prompts: [Prompt]
    }

    private struct Expected: Decodable {
        var pairs: [String: [[Int]?]]
    }
}

/// The 64-bit floating-point tensors of a safetensors file.
private struct Tensors {
    private struct Entry: Decodable {
        var dtype: String
        var data_offsets: [Int]
    }

    private struct Header: Decodable {
        var entries: [String: Entry] = [:]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys where key.stringValue != "__metadata__" {
                entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
            }
        }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Missing: Error {
        var name: String
    }

    private let header: Header
    private let body: Data

    init(_ data: Data) throws {
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        header = try JSONDecoder().decode(Header.self, from: data[8..<8 + length])
        body = data.dropFirst(8 + length)
    }

    func doubles(_ name: String) throws -> [Double] {
        guard let entry = header.entries[name], entry.dtype == "F64" else {
            throw Missing(name: name)
        }
        return stride(from: entry.data_offsets[0], to: entry.data_offsets[1], by: 8).map { at in
            let start = body.startIndex + at
            let bits = body[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Double(bitPattern: bits)
        }
    }
}
