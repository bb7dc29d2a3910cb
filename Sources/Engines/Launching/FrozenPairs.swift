import Artifacts
import Campaigns
import Datasets
import Foundation
import Media

/// The pairs of a `train` task, in the formats that trainers elsewhere read.
struct FrozenPairs {
    private let items: [TrainingItem]
    private let name: String

    /// Takes the pairs of a training; their clips must be media, since latents are this program's.
    init(_ items: [TrainingItem], name: String) throws(EngineFault) {
        for item in items where item.clips.count != 2 {
            throw EngineFault(
                "\(item.id) is no pair; a trainer of pairs needs a winner and a loser")
        }
        if let latents = items.first(where: { item in
            item.clips.contains { $0.video?.hasSuffix(".safetensors") ?? false }
        }) {
            throw EngineFault(
                "pair \(latents.id) names latents, which only the built-in trainer reads; freeze "
                    + "pairs of clips for other trainers")
        }
        (self.items, self.name) = (items, name)
    }

    /// Writes the pairs, naming their clips where they lie if the format can; returns the folder.
    func export(_ format: ExportFormat, to folder: String) throws -> String {
        let header = try header()
        var options = ExportOptions(format: format, folder: folder)
        if format == .trl || format == .javisDiT { options.placement = .referenced }
        var rows = items.enumerated().makeIterator()
        _ = try Exporter(header: header, options: options).export {
            try rows.next().map { try row($0.offset, $0.element, header) }
        }
        return folder
    }

    private func header() throws -> ExportHeader {
        func column(_ role: String, _ kind: MediaColumn.Kind, _ path: String?) -> MediaColumn? {
            path.map {
                MediaColumn(
                    role: role, kind: kind, fileExtension: URL(filePath: $0).pathExtension)
            }
        }
        let clip = items[0].clips[0]
        let media = [
            column(clip.audio == nil ? "joint" : "video", .video, clip.video),
            column("audio", .audio, clip.audio),
        ].compactMap(\.self)
        return ExportHeader(
            name: name, program: "duet", campaign: name, ranking: name, date: "", rule: "{}",
            ruleHash: "", seed: 0, model: .init(name: "", hash: ""), modalities: [], metrics: [],
            media: media)
    }

    private func row(
        _ place: Int, _ item: TrainingItem, _ header: ExportHeader
    ) throws -> PairRow {
        PairRow(
            ordinal: Int64(place), id: item.id, prompt: .init(id: item.id, text: item.text),
            winner: try clip(item.clips[0], 0, item, header),
            loser: try clip(item.clips[1], 1, item, header), margin: 0, margins: [],
            weight: item.weight)
    }

    private func clip(
        _ clip: Prompt.GroundTruth, _ place: Int, _ item: TrainingItem, _ header: ExportHeader
    ) throws -> Clip {
        let media = try header.media.map { column in
            let path = column.kind == .audio ? clip.audio : clip.video
            guard let path else {
                throw EngineFault("pair \(item.id) has a clip without \(column.role)")
            }
            let hash: String
            do {
                hash = try FileHash.sha256(ofFile: path)
            } catch {
                throw EngineFault("\(path): \(error.localizedDescription)", retryable: true)
            }
            return MediaFile(
                role: column.role, path: path, sha256: hash, properties: try properties(path))
        }
        return Clip(
            id: "\(item.id)-\(place)", ordinal: place, isGroundTruth: false, media: media,
            scores: [], normalised: [], totals: [])
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
