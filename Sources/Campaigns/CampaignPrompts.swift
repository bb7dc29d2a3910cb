extension Campaign {
    /// Where a campaign's prompts come from.
    public struct Prompts: Sendable, Equatable {
        /// The prompts file as written, relative to the campaign file's folder.
        public var source: String
        /// The names of its columns.
        public var columns: Columns
        /// How many of its prompts to use, from the top; nil for all.
        public var limit: Int?
        /// Files of prompts that must not take part, told by their normalised text.
        public var exclude: [String]
        /// What to do with prompts that repeat others; nil keeps them all.
        public var dedupe: Dedupe?

        /// Names a file; by default all its prompts, with the usual columns.
        public init(
            source: String, columns: Columns = Columns(), limit: Int? = nil,
            exclude: [String] = [], dedupe: Dedupe? = nil
        ) {
            self.source = source
            self.columns = columns
            self.limit = limit
            self.exclude = exclude
            self.dedupe = dedupe
        }
    }

    /// The columns of a prompts file; nil where the file has none.
    public struct Columns: Sendable, Equatable, Codable {
        /// Identifies the prompt; nil takes `id` where there is one, and else the row number.
        public var id: String?
        /// The text; the default is `text`.
        public var text: String
        /// The path of the ground truth's video.
        public var referenceVideo: String?
        /// The path of the ground truth's audio, where it is a file of its own.
        public var referenceAudio: String?

        enum CodingKeys: String, CodingKey {
            case id, text
            case referenceVideo = "reference_video"
            case referenceAudio = "reference_audio"
        }

        /// Names columns; by default the text is in `text` and there is no ground truth.
        public init(
            id: String? = nil, text: String = "text", referenceVideo: String? = nil,
            referenceAudio: String? = nil
        ) {
            self.id = id
            self.text = text
            self.referenceVideo = referenceVideo
            self.referenceAudio = referenceAudio
        }

        /// Whether the file has ground truth.
        var namesGroundTruth: Bool { referenceVideo != nil || referenceAudio != nil }
    }

    /// Which prompts repeat others and are dropped; the first of each group stays.
    public struct Dedupe: Sendable, Equatable, Codable {
        /// How repetition is told.
        public var method: Method
        /// The words of one shingle, for `minhash`.
        public var ngram: Int
        /// The least similarity of near-duplicates (Jaccard, over shingles), for `minhash`.
        public var threshold: Double

        /// A way of telling repetition.
        public enum Method: String, Sendable, Equatable, Codable, FileChoice {
            /// Similar texts: shared word n-grams, found by MinHash.
            case minhash
            /// Equal texts, upper case, punctuation and spaces ignored.
            case exact
        }

        /// Makes a rule; the default finds texts that share 85 % of their three-word shingles.
        public init(method: Method = .minhash, ngram: Int = 3, threshold: Double = 0.85) {
            self.method = method
            self.ngram = ngram
            self.threshold = threshold
        }
    }
}

extension Campaign.Dedupe.Method {
    var summary: String {
        switch self {
        case .minhash: "drop prompts that share most of their word n-grams with an earlier one"
        case .exact: "drop prompts whose text an earlier one has, case and punctuation aside"
        }
    }
}

extension Campaign.Prompts: Codable {
    private enum CodingKeys: String, CodingKey {
        case source, columns, limit, exclude, dedupe
    }

    /// Decodes the stored form; keys that older versions did not write have their defaults.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            source: try stored.decode(String.self, forKey: .source),
            columns: try stored.decode(Campaign.Columns.self, forKey: .columns),
            limit: try stored.decodeIfPresent(Int.self, forKey: .limit),
            exclude: try stored.decodeIfPresent([String].self, forKey: .exclude) ?? [],
            dedupe: try stored.decodeIfPresent(Campaign.Dedupe.self, forKey: .dedupe))
    }

    /// Encodes the stored form, without keys that say nothing.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(source, forKey: .source)
        try stored.encode(columns, forKey: .columns)
        try stored.encodeIfPresent(limit, forKey: .limit)
        try stored.encode(exclude, unless: [], forKey: .exclude)
        try stored.encodeIfPresent(dedupe, forKey: .dedupe)
    }
}

extension KeyedEncodingContainer {
    /// Encodes a value that is not its default.
    ///
    /// What older versions did not know is stored only where it says something, so that a campaign
    /// stored by them and submitted again unchanged is still the same.
    mutating func encode<Value: Encodable & Equatable>(
        _ value: Value, unless standard: Value, forKey key: Key
    ) throws {
        if value != standard { try encode(value, forKey: key) }
    }
}
