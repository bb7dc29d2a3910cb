public import Campaigns
import FoundationEssentials
public import Wire

/// The lines of a frozen dataset: what a trainer reads, and where each pair comes from.
///
/// Media are named relative to the folder that the file itself lies in as an artifact, so that the
/// bytes, and with them every hash after, are the same wherever the artifacts are.
public struct FrozenPairs: Sendable {
    /// What the training learns from, one JSON object in a line.
    public private(set) var train: [String] = []
    /// What implicit accuracy is measured on.
    public private(set) var heldOut: [String] = []
    /// Winners that are ground truth, of those that are trained on.
    public private(set) var groundTruthWinners = 0

    private let data: Round.Data
    private let objective: TrainingFile.Objective
    private let modalities: [String]

    /// Begins with no pairs; margins are in the order of the modalities.
    public init(_ round: Round, modalities: [String]) {
        (data, objective, self.modalities) = (round.data, round.objective, modalities)
    }

    /// Adds a pair if the round's condition takes it.
    ///
    /// Pairs of one prompt are either all trained on or all held out.
    public mutating func add(_ pair: Answers.ExportPair) throws {
        let fits = data.only?.terms.allSatisfy { term in
            value(term.name, of: pair).map { term.holds(for: $0) } ?? false
        }
        guard fits ?? true else { return }
        let isHeldOut = Self.share(of: pair.prompt, salt: "held out") < data.heldOut
        let id = "\(pair.prompt)/\(pair.winner.ordinal)-\(pair.loser.ordinal)"
        var (winner, loser) = (pair.winner, pair.loser)
        if data.labels == .shuffled, Self.share(of: id, salt: "labels") < 0.5 {
            swap(&winner, &loser)
        }
        let (chosen, rejected) = (Self.learnt(winner), Self.learnt(loser))
        let line = Line(
            pairId: id, prompt: pair.text, id: pair.prompt, text: pair.text,
            referenceVideo: chosen.film, chosen: chosen.film, rejected: rejected.film,
            referenceAudio: chosen.sound, chosenAudio: chosen.sound,
            rejectedAudio: rejected.sound, weight: pair.weight, margin: pair.margin,
            chosenOrdinal: winner.ordinal, rejectedOrdinal: loser.ordinal,
            chosenMedia: winner.media.map { FrozenFile($0) },
            rejectedMedia: loser.media.map { FrozenFile($0) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let text = String(decoding: try encoder.encode(line), as: UTF8.self)
        // Nothing is measured on held-out winners when there is nothing to prefer.
        if isHeldOut, objective == .dpo {
            heldOut.append(text)
        } else {
            train.append(text)
            if winner.ordinal < 0 { groundTruthWinners += 1 }
        }
    }

    private func value(_ name: String, of pair: Answers.ExportPair) -> Double? {
        switch name {
        case "margin", "margin.total": return pair.margin
        case "weight": return pair.weight
        default:
            let parts = name.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, parts[0] == "margin" || parts[0] == "margins",
                let place = modalities.firstIndex(of: String(parts[1])),
                place < pair.margins.count
            else { return nil }
            return pair.margins[place]
        }
    }

    /// The names that a round's `where` may ask for.
    public static func names(_ modalities: [String]) -> [String] {
        ["margin.total", "weight"] + modalities.map { "margin.\($0)" }
    }

    /// A number in 0..<1 that depends on nothing but the text.
    private static func share(of text: String, salt: String) -> Double {
        Double(candidateSeed(campaignSeed: 0, promptKey: "\(salt) \(text)", ordinal: 0) >> 11)
            * 0x1p-53
    }

    /// The files that a trainer learns from: latents where there are some, else what can be seen,
    /// and what can be heard where that is another file.
    private static func learnt(
        _ clip: Answers.ExportPair.Clip
    ) -> (film: String, sound: String?) {
        func path(_ role: String) -> String? {
            clip.media.first { $0.role == role }.map { FrozenFile($0).path }
        }
        if let whole = path("latents") ?? path("joint") { return (whole, nil) }
        return (path("video") ?? "", path("audio"))
    }

    private struct Line: Encodable {
        var pairId, prompt, id, text, referenceVideo, chosen, rejected: String
        var referenceAudio, chosenAudio, rejectedAudio: String?
        var weight, margin: Double
        var chosenOrdinal, rejectedOrdinal: Int
        var chosenMedia, rejectedMedia: [FrozenFile]
    }
}

/// A file of a frozen clip, named relative to the list that names it as both lie among artifacts.
struct FrozenFile: Encodable {
    let role, path, sha256: String

    init(role: String, path: String, sha256: String) {
        (self.role, self.sha256) = (role, sha256)
        let name = path.split(separator: "/").last ?? ""
        self.path = "../\(sha256.prefix(2))/\(name)"
    }

    init(_ file: Answers.ExportPair.Clip.File) {
        self.init(role: file.role, path: file.path, sha256: file.sha256)
    }
}
