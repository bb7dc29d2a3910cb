import Console
import Foundation
import Media
import Wire

/// A pair as `duet pairs show` tells it: as a value, as text, as a picture.
struct ShownPair {
    private let pair: Answers.ExportPair
    private let header: Answers.ExportHeader
    private let artifacts: String?

    init(_ pair: Answers.ExportPair, _ header: Answers.ExportHeader, artifacts: String?) {
        self.pair = pair
        self.header = header
        self.artifacts = artifacts
    }

    /// For programs.
    var value: Value {
        func clip(_ clip: Answers.ExportPair.Clip) -> Value {
            .object([
                .init("id", .integer(clip.id)), .init("ordinal", .integer(Int64(clip.ordinal))),
                .init("seed", clip.seed.map { .text("\($0)") } ?? .null),
                .init(
                    "media",
                    .list(
                        clip.media.map {
                            .object([
                                .init("role", .text($0.role)), .init("path", .text(path($0))),
                                .init("sha256", .text($0.sha256)),
                            ])
                        })),
                .init("scores", numbers(header.rewards.map(\.reward.name), clip.scores)),
                .init("normalised", numbers(header.rewards.map(\.reward.name), clip.normalised)),
                .init("totals", numbers(header.ranking.modalities, clip.totals)),
            ])
        }
        return .object([
            .init("id", .integer(pair.id)), .init("campaign", .text(header.campaign)),
            .init("ranking", .text(header.ranking.name)), .init("prompt", .text(pair.prompt)),
            .init("text", .text(pair.text)), .init("margin", .number(pair.margin)),
            .init("margins", numbers(header.ranking.modalities, pair.margins)),
            .init("weight", .number(pair.weight)), .init("is_tie", .flag(pair.isTie)),
            .init("winner", clip(pair.winner)), .init("loser", clip(pair.loser)),
        ])
    }

    private func numbers(_ names: [String], _ values: [Double?]) -> Value {
        .object(
            zip(names, values).map { .init($0, $1.map { .number($0) } ?? .null) })
    }

    private func numbers(_ names: [String], _ values: [Double]) -> Value {
        numbers(names, values.map(Optional.some))
    }

    private func path(_ file: Answers.ExportPair.Clip.File) -> String {
        PairPages.PairSource(
            campaign: "", ranking: "", artifacts: artifacts, roles: nil, probes: false, license: ""
        ).path(of: file)
    }

    /// For a person.
    func text(width: Int, _ paint: Paint) -> String {
        var lines = [
            "pair \(pair.id) of campaign \(header.campaign), ranking \(header.ranking.name), "
                + "prompt \(pair.prompt)"
        ]
        lines += sentence("\"\(pair.text)\"", width: width, paint)
        if pair.isTie { lines += sentence("its members are tied", width: width, paint) }
        for (name, clip) in [("winner", pair.winner), ("loser", pair.loser)] {
            let seed = clip.seed.map { ", seed \($0)" } ?? ""
            lines += sentence(
                "\(name): \(Self.name(clip)) (\(clip.id))\(seed)", width: width, paint)
            lines += clip.media.map { "    \($0.role) \(path($0))" }
        }
        lines.append("")
        lines += tableLines(columns, rows, width: width - 2, paint: paint).map { "  \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What a clip is called.
    private static func name(_ clip: Answers.ExportPair.Clip) -> String {
        clip.ordinal < 0 ? "ground truth" : "candidate \(clip.ordinal)"
    }

    private var columns: [Column] {
        [
            Column("name", "", importance: 10, floor: 12),
            Column("modality", "MODALITY", importance: 6),
            Column("winner", "WINNER", .decimals(3), importance: 9),
            Column("loser", "LOSER", .decimals(3), importance: 9),
            Column("winner_normalised", "NORMALISED", .decimals(3), importance: 7),
            Column("loser_normalised", "NORMALISED", .decimals(3), importance: 7),
            Column("margin", "MARGIN", .decimals(3), importance: 8),
            Column("note", "", importance: 5, floor: 12),
        ]
    }

    private var rows: [Value] {
        var rows: [Value] = []
        for (index, metric) in header.rewards.enumerated() {
            let reward = metric.reward
            var notes: [String] = []
            if reward.isHeldOut { notes.append("held out") }
            if reward.isMinimised { notes.append("lower is better") }
            rows.append(
                .object([
                    .init("name", .text(reward.name)), .init("modality", .text(reward.modality)),
                    .init("winner", number(pair.winner.scores, index)),
                    .init("loser", number(pair.loser.scores, index)),
                    .init("winner_normalised", number(pair.winner.normalised, index)),
                    .init("loser_normalised", number(pair.loser.normalised, index)),
                    .init("note", .text(notes.joined(separator: "; "))),
                ]))
        }
        for (index, modality) in header.ranking.modalities.enumerated() {
            rows.append(
                .object([
                    .init("name", .text("total")), .init("modality", .text(modality)),
                    .init("winner_normalised", number(pair.winner.totals, index)),
                    .init("loser_normalised", number(pair.loser.totals, index)),
                    .init("margin", number(pair.margins, index)),
                ]))
        }
        return rows + [
            .object([.init("name", .text("in all")), .init("margin", .number(pair.margin))])
        ]
    }

    private func number(_ values: [Double?], _ index: Int) -> Value {
        index < values.count ? values[index].map { .number($0) } ?? .null : .null
    }

    private func number(_ values: [Double], _ index: Int) -> Value {
        number(values.map(Optional.some), index)
    }

    /// Both clips over one time axis, and bars for what the rule compared.
    func picture() throws -> Picture {
        let sides = try [pair.winner, pair.loser].map { clip in
            guard
                let film = ["joint", "video", "audio"].lazy.compactMap({ role in
                    clip.media.first { $0.role == role }
                }).first
            else {
                throw Failure.work("\(Self.name(clip)) (\(clip.id)) has no film and no sound")
            }
            let sound = film.role == "video" ? clip.media.first { $0.role == "audio" } : nil
            return (film: path(film), sound: sound.map(path))
        }
        let seconds = try sides.map { try ContactSheet.seconds(of: $0.film) }.max()
        let sheets = try sides.map {
            try ContactSheet.draw($0.film, sound: $0.sound, seconds: seconds)
        }
        return SideBySide.draw(
            sheets[0], sheets[1],
            captions: (
                "winner: \(Self.name(pair.winner))  \(header.campaign)/\(header.ranking.name)",
                "loser: \(Self.name(pair.loser))  margin \(decimals(pair.margin))"
            ), rows: pictureRows)
    }

    private var pictureRows: [SideBySide.Row] {
        var rows: [SideBySide.Row] = []
        for (index, metric) in header.rewards.enumerated() {
            let values = [pair.winner, pair.loser].map { clip in
                clip.scores[index].map { decimals($0) } ?? "-"
            }
            let normalised = [pair.winner, pair.loser].map {
                index < $0.normalised.count ? $0.normalised[index] : nil
            }
            let shares = shares(normalised)
            let arrow = metric.reward.isMinimised ? " (-)" : ""
            rows.append(
                SideBySide.Row(
                    name: metric.reward.name + arrow, left: values[0], right: values[1],
                    leftShare: shares[0], rightShare: shares[1]))
        }
        for (index, modality) in header.ranking.modalities.enumerated() {
            let totals = [pair.winner.totals[index], pair.loser.totals[index]]
            let shares = shares(totals)
            rows.append(
                SideBySide.Row(
                    name: "total \(modality)", left: decimals(totals[0]),
                    right: decimals(totals[1]), leftShare: shares[0], rightShare: shares[1]))
        }
        return rows
    }

    /// Where two numbers lie between -3 and 3, or between 0 and the larger of them beyond that.
    private func shares(_ values: [Double?]) -> [Double?] {
        let known = values.compactMap(\.self)
        guard let most = known.max(), let least = known.min() else {
            return values.map { _ in nil }
        }
        let (low, high) = least >= -3 && most <= 3 ? (-3.0, 3.0) : (min(0, least), max(0, most))
        return values.map { $0.map { (($0 - low) / max(high - low, 1e-12)) } }
    }
}
