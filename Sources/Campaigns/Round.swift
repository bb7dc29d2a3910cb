/// One declared round: which pairs train which adapter, and what it must reach to be promoted.
///
/// A plain value; what it says is what the round's document says. Its training sections are those
/// of a training file.
public struct Round: Sendable, Equatable {
    /// The round's name, which `after` and later rounds use.
    public var name: String
    /// Free labels for people to find it by.
    public var labels: [String: String] = [:]
    /// The pairs it trains from.
    public var data: Data
    /// What is trained.
    public var policy = Policy()
    /// A safetensors file with the states of the texts that it learns from, `[tokens, text width]`
    /// under each text; nil for a model that embeds words itself.
    public var texts: String?
    /// How many in a row: each next one's candidates come from the adapter in use.
    public var rounds = 1
    /// What is minimised over what.
    public var objective = TrainingFile.Objective.dpo
    /// The weights that are trained.
    public var adapter = TrainingFile.Weights()
    /// What is minimised.
    public var loss = TrainingFile.Loss()
    /// At which times of the flow.
    public var times = TrainingFile.Times()
    /// How it is minimised.
    public var optim = TrainingFile.Optimiser()
    /// When the training is kept.
    public var checkpoint = TrainingFile.Checkpoint()
    /// How the training is started.
    public var launch = Launch()
    /// What the training needs of a worker; nil for one core, for at most a week.
    public var resources: Campaign.Request?
    /// On what the adapter is judged; nil for no evaluation.
    public var evaluate: Evaluate?
    /// What the new adapter must reach.
    public var gates: [Gate] = []
    /// What happens when it reaches all of it.
    public var onPass = OnPass.promote
    /// What happens when it does not.
    public var onFail = OnFail.hold
    /// Where its runs are told; nil for nowhere else.
    public var track: Track?
    /// The forms in which the adapter is written beside it.
    public var export: [AdapterFormat] = [.peft]

    /// Makes a round; what is not given is the method's default.
    public init(name: String, data: Data) {
        (self.name, self.data) = (name, data)
    }
}

extension Round {
    /// The pairs a round trains from.
    public struct Data: Sendable, Equatable {
        /// The campaign whose pairs they are; nil when they are another round's.
        public var campaign: String?
        /// The rounds whose frozen pairs they are, number by number; nil for a campaign's.
        public var round: String?
        /// Which of its rankings: `latest`, or a number.
        public var ranking: String
        /// Which of the pairs; nil for all.
        public var only: Condition?
        /// The share of prompts whose pairs are kept aside to measure implicit accuracy on.
        public var heldOut: Double
        /// Which member of a pair counts as the winner.
        public var labels: Labels

        /// Names a campaign; by default all pairs of its latest ranking, as they were ranked.
        public init(
            campaign: String, ranking: String = "latest", only: Condition? = nil,
            heldOut: Double = 0.1, labels: Labels = .ranked
        ) {
            (self.campaign, self.ranking, self.only) = (campaign, ranking, only)
            (self.heldOut, self.labels) = (heldOut, labels)
        }

        /// Names rounds whose pairs are trained on again, as they were frozen.
        public init(round: String) {
            self.init()
            self.round = round
        }

        init() { (ranking, heldOut, labels) = ("latest", 0.1, .ranked) }

        /// Which member of a pair counts as the winner.
        public enum Labels: String, Sendable, Equatable, FileChoice {
            /// The one that the ranking says.
            case ranked
            /// Either, by the pair's hash.
            case shuffled

            var summary: String {
                switch self {
                case .ranked: "the winner that the ranking chose"
                case .shuffled: "either, by the pair's hash: a control that must not pass a gate"
                }
            }
        }
    }

    /// What is trained.
    public struct Policy: Sendable, Equatable {
        /// The model, as the workers' engines name it; nil for the campaign's.
        public var base: String?
        /// The adapter it starts with: `none`, `previous`, `round:name/number`, or a path.
        public var adapter: String

        /// By default it goes on from the adapter in use, and the first round from none.
        public init(base: String? = nil, adapter: String = "previous") {
            (self.base, self.adapter) = (base, adapter)
        }
    }

    /// On what an adapter is judged: prompts that no round trains on.
    public struct Evaluate: Sendable, Equatable {
        /// The prompts.
        public var prompts: Campaign.Prompts
        /// Candidates for each prompt.
        public var numSamples: Int
        /// The number from which their seeds follow, the same before and after.
        public var seed: UInt64
        /// How far the candidates as a whole are from ground truth; nil for not asked.
        public var distances: Distances?

        /// One candidate for each prompt.
        public init(
            prompts: Campaign.Prompts, numSamples: Int = 1, seed: UInt64 = 0,
            distances: Distances? = nil
        ) {
            (self.prompts, self.numSamples, self.seed) = (prompts, numSamples, seed)
            self.distances = distances
        }
    }

    /// Distances between a policy's clips as a whole and ground truth, by modality.
    public struct Distances: Sendable, Equatable {
        /// The scorer whose network turns clips into numbers.
        public var embedder: String
        /// What embedding takes of a worker; nil for one core, for at most an hour.
        public var resources: Campaign.Request?

        /// Names a scorer.
        public init(embedder: String, resources: Campaign.Request? = nil) {
            (self.embedder, self.resources) = (embedder, resources)
        }
    }

    /// The names of losses.
    public enum Loss {}
}

extension Round.Loss {
    /// A preference loss.
    public enum Kind: String, Sendable, Equatable, FileChoice {
        /// One log-sigmoid for each modality.
        case perModality = "avdpo_per_modality"
        /// One log-sigmoid over all modalities.
        case joint = "avdpo_joint"
        /// Diffusion-DPO.
        case diffusion = "diffusion_dpo"
        /// Flow-DPO.
        case flow = "flow_dpo"
        /// CRPO.
        case crpo
        /// IPO.
        case ipo
        /// Hinge.
        case hinge
        /// DPO with flipped labels.
        case conservative = "cdpo"
        /// DPO corrected for flipped labels.
        case robust = "robust_dpo"

        var summary: String {
            switch self {
            case .perModality: "a log-sigmoid for each modality, added up; the released code's"
            case .joint: "one log-sigmoid over all modalities; the paper's equation 5"
            case .diffusion: "one log-sigmoid of the whole sample's error"
            case .flow: "the same with a constant beta over flow times"
            case .crpo: "flow_dpo plus the winner's own loss"
            case .ipo: "the squared distance of the margin from 1 / (2 beta)"
            case .hinge: "the hinge of the margin"
            case .conservative: "dpo where a share of labels is taken to be flipped"
            case .robust: "cdpo, corrected for its bias"
            }
        }
    }
}
