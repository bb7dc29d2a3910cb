import Artifacts
public import EngineHost
import Evaluations
import Foundation
import Media
import Rewards

/// Measures how far clips as a whole are from ground truth, with the networks of learned rewards.
///
/// Lists of clips and the network's weights decide the result to the bit, on any number of threads.
public struct EvaluateEngine: EmbeddedEngine {
    private let shelf: RewardShelf

    /// Takes the rewards; their weights are in memory already.
    public init(_ shelf: RewardShelf) { self.shelf = shelf }

    /// Evaluating, under the name of each reward that embeds clips.
    public var provides: [EngineHello.Entry] {
        shelf.rewards.rewards.filter { $0 is any ClipEmbedder }.map { reward in
            EngineHello.Entry(
                kind: "evaluate", name: reward.name,
                version: shelf.weights[reward.name].map { String($0.prefix(12)) })
        }
    }

    /// Does nothing: rewards are small and stay loaded.
    public mutating func load(_ model: String) {}

    /// Does nothing: rewards are small and stay loaded.
    public mutating func unload(_ model: String) {}

    /// Embeds the clips of both lists, and answers with the distances as a report.
    public mutating func run(
        _ task: EngineTask, progress: EngineProgressReport
    ) throws -> EngineAnswer {
        let lists = try Self.lists(task.params)
        guard let embedder = shelf.rewards[task.name] as? any ClipEmbedder else {
            throw EngineFault("\(task.name) embeds no clips")
        }
        let sizes = lists.map(\.clips.count)
        var seen: [EmbeddedClips] = []
        for (place, list) in lists.enumerated() {
            let before = sizes.prefix(place).reduce(0, +)
            seen.append(
                try list.embedded(by: embedder) { done in
                    progress(
                        Double(before + done) / Double(max(1, sizes.reduce(0, +))),
                        "\(place == 0 ? "clip" : "ground truth") \(done) of \(sizes[place])")
                })
        }
        let report: DistanceReport
        do throws(EmbeddingsError) {
            report = try DistanceReport(
                embedder: embedder.name,
                version: shelf.weights[embedder.name] ?? embedder.version, clips: seen[0],
                references: seen[1])
        } catch {
            throw EngineFault(error.description)
        }
        guard !report.modalities.isEmpty else {
            throw EngineFault("the clips and the ground truth have neither pictures nor sound")
        }
        return .media([EngineMedia(role: .report, path: try Self.write(report, to: task.folder))])
    }

    private static func lists(_ params: [String: JSONValue]) throws -> [ClipListFile] {
        let keys = ["clips", "references"]
        if let unknown = params.keys.filter({ !keys.contains($0) }).min() {
            throw EngineFault(
                "there is no param \(unknown); there are \(keys.joined(separator: ", "))")
        }
        return try keys.map { key in
            guard case .string(let path) = params[key], path.hasPrefix("/") else {
                throw EngineFault("the param \(key) is missing; it is a list's absolute path")
            }
            return try ClipListFile(path)
        }
    }

    private static func write(_ report: DistanceReport, to folder: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let path = "\(folder)/distances.json"
        do {
            try encoder.encode(report).write(to: URL(filePath: path))
        } catch {
            throw EngineFault("\(error.localizedDescription)", retryable: true)
        }
        return path
    }
}

/// A list of clips: a line of JSON for each, whose files are named relative to the list's folder.
private struct ClipListFile {
    let clips: [Line]
    private let sha256: String

    /// A clip.
    struct Line: Decodable {
        var media: [EngineMedia]
    }

    init(_ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            sha256 = try FileHash.sha256(ofFile: path)
            clips = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .map { line in
                    var clip = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                    for place in clip.media.indices {
                        clip.media[place].path =
                            URL(filePath: clip.media[place].path, relativeTo: folder)
                            .standardizedFileURL.path
                    }
                    return clip
                }
        } catch let error as DecodingError {
            throw EngineFault("\(path): is no list of clips: \(error)")
        } catch {
            throw EngineFault("\(path): \(error.localizedDescription)", retryable: true)
        }
    }

    func embedded(
        by embedder: any ClipEmbedder, progress: (Int) -> Void
    ) throws -> EmbeddedClips {
        var rows: [String: [Float]] = [:]
        var width: [String: Int] = [:]
        for (place, clip) in clips.enumerated() {
            for (modality, row) in embedder.embed(try MediaClip(of: clip.media)) {
                rows[modality, default: []] += row
                width[modality] = row.count
            }
            if (place + 1).isMultiple(of: 20) { progress(place + 1) }
        }
        var modalities: [String: Embeddings] = [:]
        do throws(EmbeddingsError) {
            for (modality, values) in rows {
                modalities[modality] = try Embeddings(values, width: width[modality] ?? 0)
            }
        } catch {
            throw EngineFault(error.description)
        }
        return EmbeddedClips(
            list: ClipList(count: clips.count, sha256: sha256), modalities: modalities)
    }
}
