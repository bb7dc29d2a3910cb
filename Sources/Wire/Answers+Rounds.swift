extension Answers {
    /// A round, for listings.
    public struct Round: Codable, Hashable, Sendable {
        /// The name that the rounds which follow each other share.
        public var name: String
        /// Its number among them, from 1.
        public var number: Int
        /// How far it is: `waiting`, `training`, `evaluating`, `promoted`, `held`, `rolled_back`
        /// or `cancelled`.
        public var state: String
        /// Why.
        public var reason: String
        /// Whether it waits for a person rather than for a campaign.
        public var needsHelp: Bool
        /// The campaign whose pairs it trains on.
        public var campaign: String
        /// The round whose adapter it starts from; 0 for what the first one starts from.
        public var start: Int
        /// How many rounds of this name there are to be.
        public var of: Int
        /// Pairs it was trained on; null before they are frozen.
        public var pairs: Int?
        /// Whether its adapter is the one in use.
        public var isInUse: Bool
        /// Where its adapter lies; null before it is trained.
        public var adapter: String?
        /// The share of held-out prompts on which it beats what it started from; null before.
        public var winRate: Double?
        /// How much better its total is, in candidate standard deviations; null before.
        public var gain: Double?
        /// When it was first recorded.
        public var createdAt: String
        /// When it was decided; null before.
        public var decidedAt: String?

        /// The round as people name it.
        public var label: String { "\(name)/\(number)" }

        /// Names a round.
        public init(
            name: String, number: Int, state: String, reason: String, campaign: String, start: Int,
            createdAt: String
        ) {
            (self.name, self.number, self.state, self.reason) = (name, number, state, reason)
            (self.campaign, self.start, self.createdAt) = (campaign, start, createdAt)
            (isInUse, needsHelp) = (false, false)
            of = number
        }
    }

    /// A round with all that is known of it.
    public struct RoundDetail: Codable, Hashable, Sendable {
        /// The round.
        public var round: Round
        /// Its declaration with all defaults, as YAML.
        public var document: String
        /// The frozen pairs, as JSON; null before.
        public var dataset: String?
        /// The adapter's SHA-256; null before.
        public var sha256: String?
        /// What the trainer said, as JSON; null before.
        public var training: String?
        /// The comparison with what it started from and what each gate found, as JSON.
        public var evaluation: String?
        /// The files that its training left, by role, and the adapter in other forms.
        public var files: [File]
        /// What a tracking server knows of it; null where none is declared, or nothing to tell.
        public var tracking: Tracking?
        /// The campaigns that belong to it: what for, and how far.
        public var campaigns: [Work]

        /// A file.
        public struct File: Codable, Hashable, Sendable {
            /// `adapter`, `report`, `curve` or `picture`; or `peft`, `diffusers`, `comfyui` or
            /// `kohya`.
            public var role: String
            /// Where it lies; empty for a form that could not be written.
            public var path: String
            /// Lower-case hex; for PEFT's folder that of the weights in it.
            public var sha256: String
            /// Why it could not be written; empty when it is there.
            public var problem: String

            /// Names a file.
            public init(role: String, path: String, sha256: String, problem: String = "") {
                (self.role, self.path, self.sha256) = (role, path, sha256)
                self.problem = problem
            }
        }

        /// What a tracking server knows of a round.
        public struct Tracking: Codable, Hashable, Sendable {
            /// The address of the server.
            public var server: String
            /// Where people see the run; null until there is one.
            public var page: String?
            /// What the server was not told, and why; empty when it knows all.
            public var problem: String

            /// Names a server.
            public init(server: String, page: String?, problem: String) {
                (self.server, self.page, self.problem) = (server, page, problem)
            }
        }

        /// A campaign that belongs to a round.
        public struct Work: Codable, Hashable, Sendable {
            /// `pairs`, `train`, `before` or `after`.
            public var purpose: String
            /// Its name.
            public var campaign: String
            /// How far it is; null when it does not exist yet.
            public var state: String?
            /// Its tasks that have ended, of all; null before it exists.
            public var done, tasks: Int?
            /// The training's task; null for others.
            public var task: Int64?

            /// Names a campaign.
            public init(purpose: String, campaign: String) {
                (self.purpose, self.campaign) = (purpose, campaign)
            }
        }

        /// Describes a round.
        public init(round: Round, document: String) {
            (self.round, self.document) = (round, document)
            (files, campaigns) = ([], [])
        }
    }

    /// An adapter that a training gave.
    public struct Adapter: Codable, Hashable, Sendable {
        /// The round that trained it, such as `avdpo/1`.
        public var round: String
        /// What became of it: the round's state.
        public var state: String
        /// Whether it is the one in use of its name.
        public var isInUse: Bool
        /// The model it goes over.
        public var model: String
        /// The round whose adapter it went on from; empty for none.
        public var parent: String
        /// Pairs it was trained on.
        public var pairs: Int
        /// Where it lies.
        public var path: String
        /// Lower-case hex.
        public var sha256: String
        /// When its training ended.
        public var createdAt: String

        /// Describes an adapter.
        public init(
            round: String, state: String, isInUse: Bool, model: String, parent: String, pairs: Int,
            path: String, sha256: String, createdAt: String
        ) {
            (self.round, self.state, self.isInUse, self.model) = (round, state, isInUse, model)
            (self.parent, self.pairs, self.path) = (parent, pairs, path)
            (self.sha256, self.createdAt) = (sha256, createdAt)
        }
    }
}
