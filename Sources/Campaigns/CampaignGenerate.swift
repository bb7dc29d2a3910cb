extension Campaign {
    /// How candidates are made.
    public struct Generate: Sendable, Equatable {
        /// The model, as the workers' engines name it.
        public var model: String
        /// The adapter over it: `none`, `round:name/number`, or a path.
        public var adapter: String
        /// How many candidates to generate per prompt; the default is 3.
        public var numSamples: Int
        /// Whether the ground truth is ranked among the candidates.
        ///
        /// The default is true when the prompts file names a column for it.
        public var includeReference: Bool
        /// Where the candidates' seeds come from.
        public var seeds: Seeds
        /// What to tell the model, passed on as it is.
        public var params: [String: Scalar]
        /// Settings among which the candidates are divided; empty for one setting for all.
        public var variants: [Variant]

        /// Names a model; by default three candidates without the ground truth.
        public init(
            model: String, adapter: String = "none", numSamples: Int = 3,
            includeReference: Bool = false, seeds: Seeds = Seeds(), params: [String: Scalar] = [:],
            variants: [Variant] = []
        ) {
            self.model = model
            self.adapter = adapter
            self.numSamples = numSamples
            self.includeReference = includeReference
            self.seeds = seeds
            self.params = params
            self.variants = variants
        }
    }

    /// Where the candidates' seeds come from.
    public struct Seeds: Sendable, Equatable, Codable {
        /// The way.
        public var policy: Policy
        /// One seed for each candidate of a prompt; only with the policy `list`.
        public var list: [UInt64]

        /// A way of giving candidates their seeds.
        public enum Policy: String, Sendable, Equatable, Codable, FileChoice {
            /// From the campaign's seed, the prompt's id and the ordinal.
            case derived
            /// From the campaign's seed and the ordinal: the same for every prompt.
            case shared
            /// As listed.
            case list
        }

        /// Makes a rule; the default derives every candidate's own seed.
        public init(policy: Policy = .derived, list: [UInt64] = []) {
            self.policy = policy
            self.list = list
        }
    }

    /// One setting for a part of the candidates.
    public struct Variant: Sendable, Equatable, Codable {
        /// Its share, relative to the other variants'.
        public var weight: Double
        /// What it tells the model in place of, or besides, `generate.params`.
        public var params: [String: Scalar]

        /// Makes a setting for a share of the candidates.
        public init(weight: Double = 1, params: [String: Scalar] = [:]) {
            self.weight = weight
            self.params = params
        }
    }
}

extension Campaign.Seeds.Policy {
    var summary: String {
        switch self {
        case .derived: "every candidate has its own, made of campaign seed, prompt id and ordinal"
        case .shared: "the n-th candidates of all prompts share one, made of campaign seed and n"
        case .list: "the n-th candidate of every prompt has the n-th of seeds.list"
        }
    }

    var isSupported: Bool { self == .derived }
}

extension Campaign.Generate: Codable {
    private enum CodingKeys: String, CodingKey {
        case model, adapter, params, seeds, variants
        case numSamples = "num_samples"
        case includeReference = "include_reference"
    }

    /// Decodes the stored form; keys that older versions did not write have their defaults.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            model: try stored.decode(String.self, forKey: .model),
            adapter: try stored.decode(String.self, forKey: .adapter),
            numSamples: try stored.decode(Int.self, forKey: .numSamples),
            includeReference: try stored.decode(Bool.self, forKey: .includeReference),
            seeds: try stored.decodeIfPresent(Campaign.Seeds.self, forKey: .seeds) ?? .init(),
            params: try stored.decode([String: Scalar].self, forKey: .params),
            variants: try stored.decodeIfPresent([Campaign.Variant].self, forKey: .variants) ?? [])
    }

    /// Encodes the stored form, without keys that say nothing.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(model, forKey: .model)
        try stored.encode(adapter, forKey: .adapter)
        try stored.encode(numSamples, forKey: .numSamples)
        try stored.encode(includeReference, forKey: .includeReference)
        try stored.encode(seeds, unless: .init(), forKey: .seeds)
        try stored.encode(params, forKey: .params)
        try stored.encode(variants, unless: [], forKey: .variants)
    }
}
