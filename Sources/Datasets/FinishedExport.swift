import Foundation

/// An export that is complete, as it is looked at without its source.
public struct FinishedExport: Sendable {
    /// What it holds and where it comes from.
    public let manifest: ExportManifest
    private let folder: ExportFolder

    /// A split and what falls into it.
    public struct SplitCount: Hashable, Sendable {
        /// The split's name.
        public var name: String
        /// Its share of the prompts.
        public var fraction: Double
        /// The pairs in it.
        public var pairs: Int
        /// Their prompts.
        public var prompts: Int
    }

    /// How the pairs of two exports differ; every pair is in one of the first two counts, or in
    /// one of the last two.
    public struct Difference: Hashable, Sendable {
        /// Pairs of the same two clips in both.
        public var same = 0
        /// Pairs in both, but the winner of one is the loser of the other.
        public var reversed = 0
        /// Pairs of both that are in another split; among those that are the same.
        public var moved = 0
        /// Pairs of both whose margin or weight is another; among those that are the same.
        public var reweighted = 0
        /// Pairs of the first alone.
        public var onlyFirst = 0
        /// Pairs of the second alone.
        public var onlySecond = 0
    }

    /// Opens the export in a folder; throws where there is none, or an unfinished one.
    public init(_ path: String) throws {
        folder = ExportFolder(root: path, isWritten: false)
        manifest = try ExportManifest.existing(in: folder)
    }

    /// The bytes of its manifest.
    public func manifestJSON() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: folder.whole(ExportManifest.name))))
    }

    /// Its card without the front matter, which is for the Hub.
    public func cardText() throws -> String {
        let text = try String(contentsOfFile: folder.whole("README.md"), encoding: .utf8)
        guard text.hasPrefix("---\n"), let end = text.range(of: "\n---\n") else { return text }
        return String(text[end.upperBound...].drop { $0 == "\n" })
    }

    /// Counts what would fall into the splits of a rule.
    public func splits(_ rule: SplitRule) throws -> [SplitCount] {
        var counts = rule.parts.map {
            SplitCount(name: $0.name, fraction: $0.fraction, pairs: 0, prompts: 0)
        }
        var last: String?
        try table().forEachGroup(["prompt_id"]) { columns in
            for value in columns[0] {
                guard case .text(let prompt) = value else { continue }
                let split = rule.split(of: .init(id: prompt, text: ""))
                counts[split].pairs += 1
                // Pairs of one prompt follow one another.
                if prompt != last { counts[split].prompts += 1 }
                last = prompt
            }
        }
        return counts
    }

    /// Compares its pairs with those of another export, by the content of their clips.
    public func difference(from second: FinishedExport) throws -> Difference {
        let contents = contentColumns(with: second)
        var first: [PairContent: PairPlace] = [:]
        try forEachPair(contents) { first[$0] = $1 }
        var difference = Difference()
        var known = first.count
        try second.forEachPair(contents) { pair, place in
            if let found = first[pair] {
                difference.same += 1
                if found.split != place.split { difference.moved += 1 }
                if found.numbers != place.numbers { difference.reweighted += 1 }
            } else if first[pair.turned] != nil {
                difference.reversed += 1
            } else {
                difference.onlySecond += 1
                return
            }
            known -= 1
        }
        difference.onlyFirst = known
        return difference
    }

    private func table() throws -> PairTableReader {
        try PairTableReader(folder.whole(PairTable.path))
    }

    /// The hashes of media that both exports have, or else the candidates' numbers.
    private func contentColumns(with second: FinishedExport) -> [String] {
        let common = manifest.columns.filter { second.manifest.columns.contains($0) }
        let hashes = common.filter { $0.hasPrefix("chosen_") && $0.hasSuffix("_sha256") }
        return (hashes.isEmpty ? ["chosen_candidate_id"] : hashes).map {
            String($0.dropFirst("chosen_".count))
        }
    }

    private func forEachPair(
        _ contents: [String], _ body: (PairContent, PairPlace) -> Void
    ) throws {
        let names =
            contents.map { "chosen_\($0)" } + contents.map { "rejected_\($0)" }
            + ["prompt_id", "split", "margin", "weight"]
        try table().forEachGroup(names) { columns in
            for row in columns[0].indices {
                let values = columns.map { $0[row] }
                let count = contents.count
                let pair = PairContent(
                    prompt: values[2 * count], winner: Array(values[..<count]),
                    loser: Array(values[count..<2 * count]))
                body(
                    pair,
                    PairPlace(split: values[2 * count + 1], numbers: Array(values.suffix(2))))
            }
        }
    }
}

/// Which pair it is, by what its clips are.
private struct PairContent: Hashable {
    var prompt: Column.Value
    var winner: [Column.Value]
    var loser: [Column.Value]

    var turned: Self { Self(prompt: prompt, winner: loser, loser: winner) }
}

/// What an export says of a pair.
private struct PairPlace {
    var split: Column.Value
    /// Margin and weight.
    var numbers: [Column.Value]
}
