/// One declared round: which pairs train which adapter, and what it must reach to be promoted.
///
/// A plain value; what it says is what the round's document says.
public struct Round: Sendable, Equatable {
    /// The round's name, which `after` and later rounds use.
    public var name: String
    /// Free labels for people to find it by.
    public var labels: [String: String]
    /// The pairs it trains from.
    public var data: Data
    /// What is trained, and what it is compared with.
    public var policy: Policy
    /// The weights that are trained.
    public var adapter: Adapter
    /// What is minimised.
    public var loss: Loss
    /// How it is minimised.
    public var optim: Optimiser
    /// How the training is started.
    public var launch: Launch
    /// When weights are kept.
    public var checkpoint: Checkpoint
    /// Whether an interrupted training goes on.
    public var resume: Resume
    /// What the new adapter must reach.
    public var gates: [Gate]
    /// What happens when it reaches all of it.
    public var onPass: OnPass
    /// What happens when it does not.
    public var onFail: OnFail
    /// Where the training is tracked; nil for nowhere else.
    public var track: Track?
    /// The forms in which the adapter is written.
    public var export: [AdapterFormat]

    /// Makes a round; what is not given is the method's default.
    public init(
        name: String, labels: [String: String] = [:], data: Data, policy: Policy,
        adapter: Adapter = Adapter(), loss: Loss = Loss(), optim: Optimiser = Optimiser(),
        launch: Launch = Launch(), checkpoint: Checkpoint = Checkpoint(), resume: Resume = .auto,
        gates: [Gate] = [], onPass: OnPass = .promote, onFail: OnFail = .hold, track: Track? = nil,
        export: [AdapterFormat] = [.peft]
    ) {
        self.name = name
        self.labels = labels
        self.data = data
        self.policy = policy
        self.adapter = adapter
        self.loss = loss
        self.optim = optim
        self.launch = launch
        self.checkpoint = checkpoint
        self.resume = resume
        self.gates = gates
        self.onPass = onPass
        self.onFail = onFail
        self.track = track
        self.export = export
    }
}

extension Round {
    /// The pairs a round trains from.
    public struct Data: Sendable, Equatable {
        /// The campaign whose pairs they are.
        public var campaign: String
        /// Which of its rankings: `latest`, or a number.
        public var ranking: String
        /// Which of the pairs; nil for all.
        public var only: Condition?

        /// Names a campaign; by default all pairs of its latest ranking.
        public init(campaign: String, ranking: String = "latest", only: Condition? = nil) {
            self.campaign = campaign
            self.ranking = ranking
            self.only = only
        }
    }

    /// What is trained, and what it is compared with.
    public struct Policy: Sendable, Equatable {
        /// The model, as the workers' engines name it.
        public var base: String
        /// The adapter it starts with: `none`, `previous`, `round:name/number`, or a path.
        public var adapter: String
        /// What it is compared with: `round-start`, `base`, `previous`, or `ema:` and a decay.
        public var reference: String

        /// Names a model; by default it goes on from the previous round's adapter.
        public init(
            base: String, adapter: String = "previous", reference: String = "round-start"
        ) {
            self.base = base
            self.adapter = adapter
            self.reference = reference
        }
    }

    /// The weights that are trained.
    public struct Adapter: Sendable, Equatable {
        /// Their form.
        public var type: Form
        /// The rank of the update.
        public var rank: Int
        /// The scale is alpha over rank.
        public var alpha: Double
        /// The share of activations dropped in training.
        public var dropout: Double
        /// The layers that get one, by name; `*` stands for any text.
        public var targets: [String]

        /// A form of trained weights.
        public enum Form: String, Sendable, Equatable, FileChoice {
            /// A low-rank update.
            case lora

            var summary: String { "a low-rank update of each target layer" }
        }

        /// Makes an adapter; the default is the method's, without dropout.
        public init(
            type: Form = .lora, rank: Int = 64, alpha: Double = 16, dropout: Double = 0,
            targets: [String] = ["self_attn.*", "cross_attn.*", "ffn.*", "audio_ffn.*"]
        ) {
            self.type = type
            self.rank = rank
            self.alpha = alpha
            self.dropout = dropout
            self.targets = targets
        }
    }

    /// What is minimised.
    public struct Loss: Sendable, Equatable {
        /// The loss.
        public var type: Kind
        /// The strength of each modality; comparable only under mean reduction.
        public var beta: [String: Double]
        /// The weight of the winner's own flow-matching loss.
        public var winnerWeight: Double

        /// Makes a loss; the default is the released code's.
        public init(
            type: Kind = .perModality, beta: [String: Double] = ["audio": 1000, "video": 3000],
            winnerWeight: Double = 0.1
        ) {
            self.type = type
            self.beta = beta
            self.winnerWeight = winnerWeight
        }
    }

    /// How the loss is minimised.
    public struct Optimiser: Sendable, Equatable {
        /// The learning rate after warm-up.
        public var rate: Double
        /// The steps over which it rises from 0.
        public var warmup: Int
        /// How often every pair is seen.
        public var epochs: Int
        /// The largest norm of a gradient.
        public var gradientClip: Double
        /// The decay of the averaged weights; 0 keeps none.
        public var ema: Double
        /// The form of numbers.
        public var precision: Precision
        /// The number from which times and noise are derived.
        public var seed: UInt64

        /// A form of numbers.
        public enum Precision: String, Sendable, Equatable, FileChoice {
            /// 16 bits with the range of 32.
            case bf16
            /// 16 bits.
            case fp16
            /// 32 bits.
            case fp32

            var summary: String {
                switch self {
                case .bf16: "16 bits with the range of 32"
                case .fp16: "16 bits, with loss scaling"
                case .fp32: "32 bits"
                }
            }
        }

        /// Makes an optimiser; the default is the released code's.
        public init(
            rate: Double = 1e-5, warmup: Int = 100, epochs: Int = 1, gradientClip: Double = 1,
            ema: Double = 0.99, precision: Precision = .bf16, seed: UInt64 = 42
        ) {
            self.rate = rate
            self.warmup = warmup
            self.epochs = epochs
            self.gradientClip = gradientClip
            self.ema = ema
            self.precision = precision
            self.seed = seed
        }
    }
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
