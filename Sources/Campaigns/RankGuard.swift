extension Campaign.Rank {
    /// One thing that is looked for in candidates or pairs before they count.
    public struct Guard: Sendable, Equatable, Codable {
        /// What is looked for; it decides which of the other fields there are.
        public var type: Kind
        /// The bound of `min-std` and `max-reference-winner-share`.
        public var value: Double?
        /// The bound of `static-motion`, in deviations from the mean.
        public var maxZ: Double?
        /// The bound of `silence`: the share of a clip that may be silent.
        public var maxRatio: Double?
        /// The hash of `near-duplicate`.
        public var hash: Hash?
        /// The bound of `near-duplicate`, in bits.
        public var maxDistance: Int?
        /// Which member of a pair it looks at; nil for both.
        public var appliesTo: Side?
        /// What happens when it finds something.
        public var action: Action

        enum CodingKeys: String, CodingKey {
            case type, value, hash, action
            case maxZ = "max_z"
            case maxRatio = "max_ratio"
            case maxDistance = "max_distance"
            case appliesTo = "applies_to"
        }

        /// Makes a guard; which bounds it needs depends on its type.
        public init(
            type: Kind, value: Double? = nil, maxZ: Double? = nil, maxRatio: Double? = nil,
            hash: Hash? = nil, maxDistance: Int? = nil, appliesTo: Side? = nil,
            action: Action = .drop
        ) {
            self.type = type
            self.value = value
            self.maxZ = maxZ
            self.maxRatio = maxRatio
            self.hash = hash
            self.maxDistance = maxDistance
            self.appliesTo = appliesTo
            self.action = action
        }
    }

    /// How much each pair counts in training.
    public struct Weighting: Sendable, Equatable, Codable {
        /// The way.
        public var method: Method
        /// The bins of the histogram of scores; nil unless the method is `histogram`.
        public var bins: Int?
        /// The probability at which a pair counts once; nil unless the method is `histogram`.
        public var alpha: Double?
        /// The exponent of its factor; nil unless the method is `histogram`.
        public var power: Double?

        /// A way of weighting pairs.
        public enum Method: String, Sendable, Equatable, Codable, FileChoice {
            /// All pairs count alike.
            case none
            /// Pairs of frequent scores count less.
            case histogram
            /// Pairs count by their margin.
            case margin

            var summary: String {
                switch self {
                case .none: "every pair counts alike"
                case .histogram: "a pair counts (alpha / frequency of its scores) ^ power"
                case .margin: "a pair counts by its total margin"
                }
            }
        }

        /// Makes a weighting; by default every pair counts alike.
        public init(
            method: Method = .none, bins: Int? = nil, alpha: Double? = nil, power: Double? = nil
        ) {
            self.method = method
            self.bins = bins
            self.alpha = alpha
            self.power = power
        }
    }
}

extension Campaign.Rank.Guard {
    /// What a guard looks for.
    public enum Kind: String, Sendable, Equatable, Codable, FileChoice {
        /// A prompt whose candidates are all alike.
        case minStd = "min-std"
        /// Too many winners that are ground truth.
        case maxReferenceWinnerShare = "max-reference-winner-share"
        /// Clips that hardly move.
        case staticMotion = "static-motion"
        /// Clips without sound.
        case silence
        /// Pairs whose members look alike.
        case nearDuplicate = "near-duplicate"
        /// Candidates that another policy made.
        case offPolicy = "off-policy"

        var summary: String {
            switch self {
            case .minStd: "a prompt whose totals deviate by less than value"
            case .maxReferenceWinnerShare: "a larger share than value of winners is ground truth"
            case .staticMotion: "a clip whose motion is max_z deviations below the mean, or less"
            case .silence: "a clip that is silent for a larger share than max_ratio"
            case .nearDuplicate: "a pair whose frames differ by at most max_distance bits of hash"
            case .offPolicy: "a candidate made by another adapter than the one to be trained"
            }
        }

        /// The keys that a guard of this type must have, and the ones it may have.
        var keys: (needed: [String], allowed: [String]) {
            switch self {
            case .minStd, .maxReferenceWinnerShare: (["value"], [])
            case .staticMotion: (["max_z"], ["applies_to"])
            case .silence: (["max_ratio"], ["applies_to"])
            case .nearDuplicate: (["max_distance"], ["hash"])
            case .offPolicy: ([], [])
            }
        }
    }

    /// The outputs of scorers that it looks at, whatever their rewards are called.
    ///
    /// A hash has 64 bits and a score 53, so that hashes come in halves of 32 bits.
    public var outputs: [String] {
        switch type {
        case .minStd, .maxReferenceWinnerShare, .offPolicy: []
        case .staticMotion: ["motion"]
        case .silence: ["silence"]
        case .nearDuplicate: ["high", "low"].map { "\(hash ?? .phash)_\($0)" }
        }
    }

    /// What happens to what a guard finds.
    public enum Action: String, Sendable, Equatable, Codable, FileChoice {
        /// It does not count, and the reason is stored.
        case drop
        /// It counts, and the ranking says so.
        case warn
        /// The ranking fails.
        case fail

        var summary: String {
            switch self {
            case .drop: "what it finds does not count, and the reason is stored"
            case .warn: "what it finds counts, and the ranking says how many there are"
            case .fail: "the ranking fails"
            }
        }
    }

    /// A member of a pair.
    public enum Side: String, Sendable, Equatable, Codable, FileChoice {
        /// The preferred one.
        case winner
        /// The other.
        case loser

        var summary: String {
            switch self {
            case .winner: "only the winner is looked at"
            case .loser: "only the loser is looked at"
            }
        }
    }

    /// A hash under which similar frames are near each other.
    public enum Hash: String, Sendable, Equatable, Codable, FileChoice {
        /// By the low frequencies of the cosine transform.
        case phash
        /// By the differences of neighbouring pixels.
        case dhash

        var summary: String {
            switch self {
            case .phash: "the signs of the low frequencies of the frame's cosine transform"
            case .dhash: "the signs of the differences of neighbouring pixels"
            }
        }
    }
}
