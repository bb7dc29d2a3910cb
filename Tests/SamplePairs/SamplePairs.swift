import Crypto
public import Datasets
import Foundation
import Preferences

/// Pairs made of nothing but their number, with artifacts of bytes that look random.
public struct SamplePairs: Sendable {
    /// Where the artifacts lie.
    public let artifacts: String
    /// How many different clips there are; pairs share them in turn.
    public let clips: Int
    private let filmBytes: Int
    private var hashes: [String: [String]] = [:]

    /// Chooses how much there is; a film has about `filmBytes`, its sound a quarter of them.
    public init(artifacts: String, clips: Int, filmBytes: Int = 3000) {
        self.artifacts = artifacts
        self.clips = clips
        self.filmBytes = filmBytes
        for role in ["joint", "audio"] {
            hashes[role] = (0..<clips).map { Self.sha256(bytes($0, role: role)) }
        }
    }

    /// What the pairs have in common.
    public static let header = ExportHeader(
        name: "sample pairs", program: "duet 0.1", campaign: "sample", ranking: "sample/7",
        date: "2026-03-01", rule: #"{"aggregate":"modality-micro","select":"dominance"}"#,
        ruleHash: "0a1b", seed: 20_260_301,
        model: .init(name: "toy", hash: String(repeating: "a", count: 64)),
        adapter: .init(name: "round-1", hash: String(repeating: "b", count: 64)),
        modalities: ["video", "audio"],
        metrics: [
            .init(
                name: "visual_quality", modality: "video", rewardVersion: "videoalign 1.0",
                mean: 0.5, deviation: 0.25),
            .init(
                name: "desync", modality: "audio", isMinimised: true,
                rewardVersion: "synchformer 2", mean: 0.5, deviation: 0.25),
            .init(
                name: "javis_score", modality: "audio", isHeldOut: true,
                rewardVersion: "javisscore 1"),
        ],
        media: [
            MediaColumn(role: "joint", kind: .video, fileExtension: "mp4"),
            MediaColumn(role: "audio", kind: .audio, fileExtension: "wav", sampleRate: 16_000),
        ],
        license: "cc-by-4.0")

    /// Returns a pair; two pairs share a prompt.
    public func row(_ index: Int) throws -> PairRow {
        var random = SplitMix64(seed: UInt64(index))
        let winner = try clip(2 * index, isGroundTruth: index % 3 == 0, random: &random)
        let loser = try clip(2 * index + 1, isGroundTruth: false, random: &random)
        let margins = zip(winner.totals, loser.totals).map { $0 - $1 }
        let texts = ["a dog, barking", "\"hello\" said\nthe parrot", "une forêt sous la pluie 🌧"]
        return PairRow(
            ordinal: Int64(index / 2 * 16 + index % 2 + 1), id: "sample/7/v1.\(index)",
            prompt: .init(id: "p\(index / 2)", text: "\(texts[index / 2 % 3]) \(index / 2)"),
            winner: winner, loser: loser, margin: margins[0] + margins[1], margins: margins,
            weight: index % 2 == 0 ? 1 : 1.5, round: index % 5 == 0 ? nil : 1)
    }

    /// Makes the artifacts.
    public func write() throws {
        try FileManager.default.createDirectory(
            atPath: artifacts, withIntermediateDirectories: true)
        for clip in 0..<clips {
            for (role, ending) in [("joint", "mp4"), ("audio", "wav")] {
                let path = "\(artifacts)/\(clip).\(ending)"
                try Data(bytes(clip, role: role)).write(to: URL(filePath: path))
            }
        }
    }

    /// Returns the bytes of an artifact.
    public func bytes(_ clip: Int, role: String) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(clip) << 1 | (role == "joint" ? 1 : 0))
        let length = filmBytes + clip % 100
        let count = role == "joint" ? length : length / 4
        return (0..<(count + 7) / 8).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }

    private func clip(
        _ number: Int, isGroundTruth: Bool, random: inout SplitMix64
    ) throws -> Clip {
        let place = number % clips
        let scores = (0..<2).map { _ in Double(random.next() >> 11) / 9_007_199_254_740_992 }
        let media = [("joint", "mp4"), ("audio", "wav")].map { role, ending in
            MediaFile(
                role: role, path: "\(artifacts)/\(place).\(ending)",
                sha256: hashes[role]?[place] ?? "",
                properties: MediaProperties(
                    frames: 65 + place % 3, width: 832 - place % 2 * 416,
                    height: 480 - place % 2 * 240, framesPerSecond: 16, sampleRate: 16_000,
                    seconds: 4.0625))
        }
        return Clip(
            id: "c\(number)", ordinal: number % 2, isGroundTruth: isGroundTruth,
            seed: isGroundTruth ? nil : UInt64.max - UInt64(number),
            modelHash: isGroundTruth ? nil : String(repeating: "a", count: 64), media: media,
            scores: scores + [number % 4 == 0 ? nil : scores[0] - scores[1]],
            normalised: scores.map { ($0 - 0.5) / 0.25 } + [nil],
            totals: scores.map { ($0 - 0.5) / 0.25 })
    }

    /// Spells the SHA-256 of bytes.
    public static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }.joined()
    }
}
