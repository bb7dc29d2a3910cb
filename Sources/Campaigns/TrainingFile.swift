/// One declared training: which clips or pairs teach which weights of which model, and how.
///
/// A plain value; what it says is what the document says. Paths are relative to the file's folder.
public struct TrainingFile: Sendable, Equatable {
    /// The training's name.
    public var name: String
    /// Free labels for people to find it by.
    public var labels: [String: String] = [:]
    /// What is minimised over what.
    public var objective: Objective
    /// The folder of the model it begins with.
    public var model: String
    /// Whether it begins with the model's weights or with random ones.
    public var start = Start.given
    /// A safetensors file with the states of its texts, `[tokens, text width]` under each text; nil
    /// for a model that embeds words itself.
    public var texts: String?
    /// What it learns from.
    public var data: [Source]
    /// What it is measured on at the end and never learns from.
    public var heldOut: [Source] = []
    /// Where checkpoints, curves and the result go.
    public var output: String
    /// Which weights are trained.
    public var weights = Weights()
    /// What is minimised.
    public var loss = Loss()
    /// At which times of the flow.
    public var times = Times()
    /// How it is minimised.
    public var optim = Optimiser()
    /// When it is kept.
    public var checkpoint = Checkpoint()
    /// How the result's numbers are stored.
    public var stored = Optimiser.Precision.fp32
    /// The forms in which an adapter is written.
    public var export: [Round.AdapterFormat] = [.peft]

    /// Makes a training; what is not given is the method's default.
    public init(
        name: String, objective: Objective, model: String, data: [Source], output: String
    ) {
        (self.name, self.objective, self.model) = (name, objective, model)
        (self.data, self.output) = (data, output)
    }

    /// What is minimised over what.
    public enum Objective: String, Sendable, Equatable, FileChoice {
        /// The flow-matching loss over clips.
        case sft
        /// The preference loss over pairs.
        case dpo

        var summary: String {
            switch self {
            case .sft: "flow matching on clips"
            case .dpo: "AV-DPO on pairs of clips"
            }
        }
    }

    /// The weights at the beginning.
    public enum Start: String, Sendable, Equatable, FileChoice {
        /// The model's.
        case given
        /// Random ones, from the seed.
        case random

        var summary: String {
            switch self {
            case .given: "the model's weights"
            case .random: "random weights of the sizes that model.json gives"
            }
        }
    }
}

extension TrainingFile {
    /// A file of clips or of pairs.
    public struct Source: Sendable, Equatable {
        /// The file: a prompts file with clips, or pairs as TRL or JavisDiT list them.
        public var file: String
        /// The column that identifies a clip; nil takes `id` where there is one, else the row.
        public var id: String?
        /// The column with the video of a clip.
        public var video: String
        /// The column with its sound; nil when the video carries it.
        public var audio: String?
        /// Whether its videos count only at high noise.
        public var isLowQuality: Bool

        /// Names a file; the columns are those that `duet world` writes.
        public init(
            file: String, id: String? = nil, video: String = "reference_video",
            audio: String? = nil, isLowQuality: Bool = false
        ) {
            (self.file, self.id, self.video, self.audio) = (file, id, video, audio)
            self.isLowQuality = isLowQuality
        }
    }

    /// Which weights are trained.
    public struct Weights: Sendable, Equatable {
        /// Their form.
        public var type = Form.lora
        /// Names of the model's own weights that are trained, for `full`; nil for all.
        public var only: [String]?
        /// The rank of the update.
        public var rank = 64
        /// The scale is alpha over rank.
        public var alpha = 16.0
        /// Whether the scale is alpha over the root of the rank instead.
        public var isRankStabilised = false
        /// The share of a map's inputs dropped in training.
        public var dropout = 0.0
        /// The maps that get one, by the end of their names.
        public var targets = ["self_attn.*", "cross_attn.*", "ffn.*", "audio_ffn.*"]
        /// The adapter it begins with; nil for a new one.
        public var adapter: String?

        /// The default is the method's.
        public init() {}

        /// A form of trained weights.
        public enum Form: String, Sendable, Equatable, FileChoice {
            /// A low-rank update.
            case lora
            /// The model's own weights.
            case full

            var summary: String {
                switch self {
                case .lora: "a low-rank update of each target map"
                case .full: "the model's own weights"
                }
            }
        }
    }

    /// What is minimised.
    public struct Loss: Sendable, Equatable {
        /// How modalities come together in a preference loss.
        public var type = Round.Loss.Kind.perModality
        /// The strength of each modality's preference.
        public var beta: [String: Double] = ["audio": 1000, "video": 3000]
        /// What beta is multiplied by.
        public var factor = 0.5
        /// What the policy is compared with.
        public var reference = Reference.start
        /// How a sample's squared errors become one number.
        public var reduction = Reduction.mean
        /// The weight of the winner's own flow-matching loss.
        public var winnerWeight = 0.1
        /// The share of pairs taken to be the wrong way round.
        public var smoothing = 0.0
        /// What each modality counts in the flow-matching loss.
        public var weights: [String: Double] = ["audio": 1, "video": 1]
        /// The time above which low-quality videos count; nil when they count as others.
        public var lowQualityAbove: Double?

        /// The default is the released code's.
        public init() {}

        /// What a policy's errors on a pair are compared with.
        public enum Reference: Sendable, Equatable {
            /// The weights that the training begins with, an adapter's included.
            case start
            /// The model without any adapter.
            case base
            /// The running mean of the policy's own weights, with this decay at each step.
            case average(decay: Double)
        }

        /// How squares become one number.
        public enum Reduction: String, Sendable, Equatable, FileChoice {
            /// Their mean.
            case mean
            /// Their sum.
            case sum

            var summary: String {
                switch self {
                case .mean: "the mean over a modality's numbers, as in the released code"
                case .sum: "their sum, as in the paper's equation 5"
                }
            }
        }
    }

    /// At which times of the flow it is trained: 0 is data, 1 is noise.
    public struct Times: Sendable, Equatable {
        /// The density.
        public var density = Density.logitNormal
        /// The mean and spread of the normal numbers behind logit-normal times.
        public var mean = 0.0, spread = 1.0
        /// Moves times towards noise above 1.
        public var shift = 1.0
        /// The share of samples whose text is left out.
        public var dropText = 0.1

        /// The default is the method's.
        public init() {}

        /// A density of times.
        public enum Density: String, Sendable, Equatable, FileChoice {
            /// All alike.
            case uniform
            /// More in the middle.
            case logitNormal = "logit-normal"

            var summary: String {
                switch self {
                case .uniform: "all times alike"
                case .logitNormal: "the logistic function of a normal number: more in the middle"
                }
            }
        }
    }
}
