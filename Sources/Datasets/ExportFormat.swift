/// How the pairs are laid out, and so which tool opens them.
public enum ExportFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// Parquet with the media inside, typed for Hugging Face `datasets`.
    case parquet
    /// Tar shards for WebDataset.
    case webDataset = "webdataset"
    /// One CSV for each split, with the columns that JavisDiT's training reads.
    case javisDiT = "javisdit-csv"
    /// One JSON object a line with `prompt`, `chosen` and `rejected`, for TRL.
    case trl
    /// `metadata.json` and `pair.json` for VideoDPO.
    case videoDPO = "videodpo"
    /// Parquet with unnamed sides and a label, as in Pick-a-Pic.
    case pickAPic = "pick-a-pic"
    /// Shards for MosaicML Streaming.
    case mds

    /// What the files with the pairs are called; nil where a split has one file of its own name.
    var shardExtension: String? {
        switch self {
        case .parquet, .pickAPic: "parquet"
        case .webDataset: "tar"
        case .mds: "mds"
        case .javisDiT, .trl, .videoDPO: nil
        }
    }

    /// Whether media lie beside the files with the pairs instead of in them.
    var listsPaths: Bool { shardExtension == nil }
}
