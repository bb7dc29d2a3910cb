import Artifacts
import Datasets
import Foundation
import Media

/// The pairs of a `train` task, in the formats that trainers elsewhere read.
struct TrainerPairs {
    /// A line of a frozen dataset, as far as others can use it.
    private struct Line: Decodable {
        var pair_id, prompt: String
        var chosen, rejected: String
        var chosen_audio, rejected_audio: String?
        var chosen_media, rejected_media: [File]?
        var weight, margin: Double?
    }

    private struct File: Decodable {
        var role, path: String
        var sha256: String?
    }

    private let lines: [Line]
    private let folder: String
    private let name: String

    /// Reads the JSON lines of a listing, whose paths are relative to its own folder.
    init(_ path: String, name: String) throws(EngineFault) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EngineFault("\(path): cannot be read", retryable: true)
        }
        folder = URL(filePath: path).deletingLastPathComponent().path
        self.name = name
        do {
            lines = try data.split(separator: UInt8(ascii: "\n"))
                .map { try JSONDecoder().decode(Line.self, from: $0) }
        } catch {
            throw EngineFault(
                "\(path): other trainers are given pairs from JSON lines with pair_id, prompt, "
                    + "chosen and rejected, and this file is no such: \(error)")
        }
        guard !lines.isEmpty else { throw EngineFault("\(path): holds no pair") }
    }

    /// Writes the pairs, naming their clips where they lie if the format can; returns the folder.
    func export(_ format: ExportFormat, to target: String) throws -> String {
        let first = try files(lines[0], isWinner: true)
        let header = ExportHeader(
            name: name, program: "duet", campaign: name, ranking: name, date: "", rule: "{}",
            ruleHash: "", seed: 0, model: .init(name: "", hash: ""), modalities: [], metrics: [],
            media: first.map {
                MediaColumn(
                    role: $0.role, kind: $0.role == "audio" ? .audio : .video,
                    fileExtension: URL(filePath: $0.path).pathExtension)
            })
        var options = ExportOptions(format: format, folder: target)
        if format == .trl || format == .javisDiT { options.placement = .referenced }
        var rows = lines.enumerated().makeIterator()
        _ = try Exporter(header: header, options: options).export {
            try rows.next().map { place, line in
                PairRow(
                    ordinal: Int64(place), id: line.pair_id,
                    prompt: .init(id: line.pair_id, text: line.prompt),
                    winner: try clip(line, isWinner: true), loser: try clip(line, isWinner: false),
                    margin: line.margin ?? 0, margins: [], weight: line.weight ?? 1)
            }
        }
        return target
    }

    /// The media of a side: those listed by role, else the one or two that TRL's fields name.
    private func files(_ line: Line, isWinner: Bool) throws(EngineFault) -> [File] {
        let listed = isWinner ? line.chosen_media : line.rejected_media
        var files = (listed ?? []).filter { ["joint", "video", "audio"].contains($0.role) }
        // Two films of one clip say the same.
        if files.contains(where: { $0.role == "joint" }) {
            files.removeAll { $0.role == "video" }
        }
        if files.isEmpty {
            let audio = isWinner ? line.chosen_audio : line.rejected_audio
            let film = isWinner ? line.chosen : line.rejected
            guard !film.hasSuffix(".safetensors") else {
                throw EngineFault(
                    "pair \(line.pair_id) names latents alone, which only the built-in trainer "
                        + "reads; other trainers need clips")
            }
            files.append(File(role: audio == nil ? "joint" : "video", path: film))
            if let audio { files.append(File(role: "audio", path: audio)) }
        }
        return files.map { file in
            var file = file
            if !file.path.hasPrefix("/") {
                file.path = URL(filePath: "\(folder)/\(file.path)").standardized.path
            }
            return file
        }
    }

    private func clip(_ line: Line, isWinner: Bool) throws -> Clip {
        let media = try files(line, isWinner: isWinner).map { file in
            let hash: String
            do {
                hash = try file.sha256 ?? FileHash.sha256(ofFile: file.path)
            } catch {
                throw EngineFault("\(file.path): \(error.localizedDescription)", retryable: true)
            }
            return MediaFile(
                role: file.role, path: file.path, sha256: hash,
                properties: try properties(file.path))
        }
        return Clip(
            id: "\(line.pair_id)-\(isWinner ? "winner" : "loser")", ordinal: isWinner ? 0 : 1,
            isGroundTruth: false, media: media, scores: [], normalised: [], totals: [])
    }

    private func properties(_ path: String) throws -> MediaProperties {
        let found = try MediaReader(path).description
        let rate = found.video?.rate.perSecond ?? 0
        let seconds = found.video?.seconds ?? found.audio?.seconds ?? 0
        return MediaProperties(
            frames: Int((seconds * rate).rounded()), width: found.video?.size.width ?? 0,
            height: found.video?.size.height ?? 0, framesPerSecond: rate,
            sampleRate: found.audio?.sampleRate, seconds: seconds)
    }
}
