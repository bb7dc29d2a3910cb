extension Answers {
    /// What is the same for all pairs of a ranking, as a dataset tells it.
    public struct ExportHeader: Codable, Hashable, Sendable {
        /// The campaign.
        public var campaign: String
        /// The ranking with its rule.
        public var ranking: Ranking
        /// The campaign's seed.
        public var seed: UInt64
        /// The generator.
        public var model: String
        /// The adapter over it; null without one.
        public var adapter: String?
        /// The ranked rewards, then the held-out ones, in the order of every list of scores.
        public var rewards: [Metric]
        /// What generated the candidates.
        public var generators: [Generator]
        /// The coordinator's artifact folder.
        public var artifacts: String

        /// An engine that generated candidates.
        public struct Generator: Codable, Hashable, Sendable {
            /// Its name and version, and those of its model where it tells them.
            public var engine: String
            /// The files of one candidate that it made.
            public var media: [ExportPair.Clip.File]

            /// Describes an engine.
            public init(engine: String, media: [ExportPair.Clip.File]) {
                self.engine = engine
                self.media = media
            }
        }

        /// A reward, and what its scores were made by.
        public struct Metric: Codable, Hashable, Sendable {
            /// The reward.
            public var reward: Reward
            /// Names and versions of the engines that scored it.
            public var engines: [String]
            /// The mean of its scores over the campaign; null for a held-out one.
            public var mean: Double?
            /// Their deviation; null for a held-out one.
            public var deviation: Double?

            /// Describes a reward.
            public init(reward: Reward, engines: [String], mean: Double?, deviation: Double?) {
                self.reward = reward
                self.engines = engines
                self.mean = mean
                self.deviation = deviation
            }
        }

        /// Describes a ranking's pairs.
        public init(
            campaign: String, ranking: Ranking, seed: UInt64, model: String, adapter: String?,
            rewards: [Metric], generators: [Generator], artifacts: String
        ) {
            self.campaign = campaign
            self.ranking = ranking
            self.seed = seed
            self.model = model
            self.adapter = adapter
            self.rewards = rewards
            self.generators = generators
            self.artifacts = artifacts
        }
    }

    /// A pair with all that a dataset says of it.
    public struct ExportPair: Codable, Hashable, Sendable {
        /// Its place in the ranking, by which pages go on.
        public var id: Int64
        /// The prompt's key.
        public var prompt: String
        /// Its text.
        public var text: String
        /// Its place among the prompt's pairs, from 1.
        public var place: Int
        /// The sum of the margins.
        public var margin: Double
        /// The margins by modality.
        public var margins: [Double]
        /// How much it counts in training.
        public var weight: Double
        /// Whether its members are tied.
        public var isTie: Bool
        /// The preferred clip.
        public var winner: Clip
        /// The other one.
        public var loser: Clip

        /// A candidate of a pair.
        public struct Clip: Codable, Hashable, Sendable {
            /// The task that made it.
            public var id: Int64
            /// Its place within the prompt; -1 for the ground truth.
            public var ordinal: Int
            /// The seed it was generated with; null for ground truth.
            public var seed: UInt64?
            /// Name and version of the engine that made it, and of its model where it tells it.
            public var engine: String
            /// The adapter it was generated with, as `PATH#SHA256`; null without one.
            public var adapter: String?
            /// Its files.
            public var media: [File]
            /// Its raw scores by reward; null where there is none.
            public var scores: [Double?]
            /// Its normalised scores by ranked reward; empty in rankings of older programs.
            public var normalised: [Double]
            /// Its totals by modality; likewise.
            public var totals: [Double]

            /// A stored file.
            public struct File: Codable, Hashable, Sendable {
                /// What it is of the clip: `joint`, `video`, `audio` or `latents`.
                public var role: String
                /// Where it lies.
                public var path: String
                /// Lower-case hex.
                public var sha256: String

                /// Describes a file.
                public init(role: String, path: String, sha256: String) {
                    self.role = role
                    self.path = path
                    self.sha256 = sha256
                }
            }

            /// Describes a clip.
            public init(
                id: Int64, ordinal: Int, seed: UInt64?, engine: String, adapter: String?,
                media: [File], scores: [Double?], normalised: [Double], totals: [Double]
            ) {
                self.id = id
                self.ordinal = ordinal
                self.seed = seed
                self.engine = engine
                self.adapter = adapter
                self.media = media
                self.scores = scores
                self.normalised = normalised
                self.totals = totals
            }
        }

        /// Makes a pair.
        public init(
            id: Int64, prompt: String, text: String, place: Int, margin: Double,
            margins: [Double], weight: Double, isTie: Bool, winner: Clip, loser: Clip
        ) {
            self.id = id
            self.prompt = prompt
            self.text = text
            self.place = place
            self.margin = margin
            self.margins = margins
            self.weight = weight
            self.isTie = isTie
            self.winner = winner
            self.loser = loser
        }
    }
}
