extension Campaign {
    /// One dataset written from the campaign's pairs.
    public struct Export: Sendable, Equatable, Codable {
        /// The files' format.
        public var format: Format
        /// The folder to write, relative to the campaign file's folder.
        public var to: String
        /// The share of each split; they add up to 1.
        public var splits: [String: Double]
        /// What stays together in one split.
        public var splitBy: SplitBy
        /// The most bytes of one file.
        public var maxShard: Int64

        enum CodingKeys: String, CodingKey {
            case format, to, splits
            case splitBy = "split_by"
            case maxShard = "max_shard"
        }

        /// Names a dataset; by default one split in files of at most 500 MB.
        public init(
            format: Format, to: String, splits: [String: Double] = ["train": 1],
            splitBy: SplitBy = .prompt, maxShard: Int64 = 500_000_000
        ) {
            self.format = format
            self.to = to
            self.splits = splits
            self.splitBy = splitBy
            self.maxShard = maxShard
        }

        /// What stays together in one split.
        public enum SplitBy: String, Sendable, Equatable, Codable, FileChoice {
            /// All pairs of a prompt.
            case prompt
            /// Nothing: every pair goes by itself.
            case pair

            var summary: String {
                switch self {
                case .prompt: "all pairs of a prompt go to one split, told by the prompt's hash"
                case .pair: "every pair goes by its own hash; prompts may be in several splits"
                }
            }

            var isSupported: Bool { self == .prompt }
        }
    }

    /// A round started when the campaign's pairs are there.
    public struct After: Sendable, Equatable, Codable {
        /// The round's name.
        public var round: String
        /// What must hold of the ranking first; nil for nothing.
        public var when: Condition?
        /// How many more pairs start another round; nil for one time only.
        public var every: Int?

        /// Names a round to start; by default once, when all candidates are scored and ranked.
        public init(round: String, when: Condition? = nil, every: Int? = nil) {
            self.round = round
            self.when = when
            self.every = every
        }
    }
}

extension Campaign.Export {
    /// A dataset format.
    public enum Format: String, Sendable, Equatable, Codable, FileChoice {
        /// Parquet with embedded media, as Hugging Face `datasets` reads it.
        case parquet
        /// Tar shards, as WebDataset reads them.
        case webdataset
        /// Shards of MosaicML Streaming.
        case mds
        /// The csv that JavisDiT's loader reads.
        case javisditCSV = "javisdit-csv"
        /// Folders and JSON of VideoDPO.
        case videodpo
        /// Lines of prompt, chosen, rejected, as TRL reads them.
        case trl
        /// Parquet with unnamed sides and a label, as in Pick-a-Pic.
        case pickAPic = "pick-a-pic"
        /// Lines of prompt, chosen, rejected, margin, as OpenRLHF reads them.
        case openrlhf
        /// JSON of HPDv2.
        case hpd

        var summary: String {
            switch self {
            case .parquet: "Parquet with the media inside, for Hugging Face datasets"
            case .webdataset: "tar shards, for WebDataset"
            case .mds: "shards of MosaicML Streaming"
            case .javisditCSV: "the csv of winners and losers that JavisDiT trains from"
            case .videodpo: "metadata.json and pair.json of VideoDPO"
            case .trl: "JSON lines of prompt, chosen, rejected, for TRL"
            case .pickAPic: "Parquet with unnamed sides and a label, as in Pick-a-Pic"
            case .openrlhf: "JSON lines of prompt, chosen, rejected, margin, for OpenRLHF"
            case .hpd: "JSON of HPDv2"
            }
        }

        var isSupported: Bool { self != .openrlhf && self != .hpd }
    }
}
