/// Where and how to export.
public struct ExportOptions: Sendable {
    /// The layout.
    public var format: ExportFormat
    /// The folder, which is made; it must be empty or hold an earlier export of this format.
    public var folder: String
    /// Which pairs go into which split.
    public var splits = SplitRule.all
    /// Media bytes after which a new shard begins.
    public var shardBytes: Int64 = 500_000_000
    /// Pairs after which a new shard begins; bounds the memory that an export takes.
    public var shardPairs = 10_000
    /// Media bytes after which a new row group begins in a Parquet shard.
    public var rowGroupBytes: Int64 = 100_000_000
    /// Where formats that list paths find their media.
    public var placement = MediaPlacement.copied
    /// Which pairs to leave out.
    public var filters: [PairFilter] = []
    /// Called with each file that is in place.
    public var onFile: @Sendable (FileProgress) -> Void = { _ in }

    /// Chooses a layout and a folder; the rest has defaults.
    public init(format: ExportFormat, folder: String) {
        self.format = format
        self.folder = folder
    }
}

/// Where formats that list paths find their media.
public enum MediaPlacement: Hashable, Sendable {
    /// In the folder `media` of the export; paths are relative to the file that lists them.
    case copied
    /// In `media`, but with this in front of their paths, such as `/data/pairs/`.
    case copiedBelow(prefix: String)
    /// Where the artifacts are; nothing is copied.
    case referenced
}

/// A file that an export has put in place.
public struct FileProgress: Hashable, Sendable {
    /// Its path within the export.
    public var path: String
    /// Its length.
    public var bytes: Int64
    /// The pairs in it.
    public var pairs: Int
    /// Whether an earlier run had made it already.
    public var wasThere: Bool
}

/// A reason to leave pairs out, in words that the manifest keeps.
public struct PairFilter: Sendable {
    /// The rule, such as `margin >= 0.5`.
    public var text: String
    /// Whether a pair is exported.
    public var accepts: @Sendable (PairRow) -> Bool

    /// Makes a filter of any rule.
    public init(text: String, accepts: @escaping @Sendable (PairRow) -> Bool) {
        self.text = text
        self.accepts = accepts
    }

    /// Keeps pairs whose margins add up to at least `value`.
    public static func minimumMargin(_ value: Double) -> PairFilter {
        PairFilter(text: "margin >= \(value)") { $0.margin >= value }
    }

    /// Keeps pairs whose winner was generated, or those whose winner is ground truth.
    public static func winner(isGroundTruth: Bool) -> PairFilter {
        PairFilter(text: "winner is \(isGroundTruth ? "ground truth" : "generated")") {
            $0.winner.isGroundTruth == isGroundTruth
        }
    }
}
