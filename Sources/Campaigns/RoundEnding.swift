extension Round {
    /// How the training is started.
    public struct Launch: Sendable, Equatable, Codable {
        /// What starts it.
        public var type: Launcher
        /// How many nodes.
        public var nodes: Int
        /// How many GPUs on each.
        public var gpusPerNode: Int
        /// The program and its arguments; empty for the built-in trainer.
        public var command: [String]

        private enum CodingKeys: String, CodingKey {
            case type, nodes, command
            case gpusPerNode = "gpus_per_node"
        }

        /// The `${…}` of the command that are put in when the training starts.
        static let placeholders =
            ["config", "output", "resume"]
            + Campaign.Export.Format.allCases.map { "pairs.\($0.rawValue)" }

        /// What starts a training.
        public enum Launcher: String, Sendable, Equatable, Codable, FileChoice {
            /// The built-in trainer.
            case swift
            /// torchrun.
            case torchrun
            /// accelerate launch.
            case accelerate
            /// A Slurm job.
            case slurm
            /// A Kubernetes job.
            case kubernetes
            /// A program, as it is.
            case command

            var summary: String {
                switch self {
                case .swift: "the trainer that a worker embeds; it needs no command"
                case .torchrun: "torchrun on the worker's node"
                case .accelerate: "accelerate launch on the worker's node"
                case .slurm: "a job handed to sbatch"
                case .kubernetes: "a Job made in the worker's namespace"
                case .command: "a program on the worker's node, started as it is"
                }
            }
        }

        /// Makes a start; the default is the built-in trainer on one GPU.
        public init(
            type: Launcher = .swift, nodes: Int = 1, gpusPerNode: Int = 1, command: [String] = []
        ) {
            self.type = type
            self.nodes = nodes
            self.gpusPerNode = gpusPerNode
            self.command = command
        }
    }

    /// One thing the new adapter must reach.
    public struct Gate: Sendable, Equatable {
        /// The measurement.
        public var metric: String
        /// The bound of it that is compared; nil for the value itself.
        public var test: Test?
        /// The least it may be.
        public var min: Double?
        /// The most it may be.
        public var max: Double?
        /// How many percent worse than before it may be.
        public var maxRegression: Double?

        /// A bound of a measurement.
        public enum Test: String, Sendable, Equatable, FileChoice {
            /// The lower end of the Wilson interval.
            case wilsonLower = "wilson_lower"
            /// The lower end of the bootstrap interval.
            case bootstrapLower = "bootstrap_lower"

            var summary: String {
                switch self {
                case .wilsonLower: "the lower end of a share's 95 % Wilson interval"
                case .bootstrapLower: "the lower end of a gain's 95 % bootstrap interval"
                }
            }
        }

        /// Names a measurement and its bounds.
        public init(
            metric: String, test: Test? = nil, min: Double? = nil, max: Double? = nil,
            maxRegression: Double? = nil
        ) {
            self.metric = metric
            self.test = test
            self.min = min
            self.max = max
            self.maxRegression = maxRegression
        }
    }

    /// What happens to an adapter that passed every gate.
    public enum OnPass: String, Sendable, Equatable, FileChoice {
        /// It becomes the policy.
        case promote
        /// It waits for a person.
        case hold

        var summary: String {
            switch self {
            case .promote: "the new adapter becomes the policy of the next round"
            case .hold: "it waits for a person to promote it"
            }
        }
    }

    /// What happens to an adapter that failed a gate.
    public enum OnFail: String, Sendable, Equatable, FileChoice {
        /// It waits for a person.
        case hold
        /// The policy stays what it was.
        case rollback
        /// The round runs again with half the beta.
        case retryLowerBeta = "retry-lower-beta"

        var summary: String {
            switch self {
            case .hold: "it waits for a person to look at it"
            case .rollback: "the policy stays what it was, and the adapter is kept aside"
            case .retryLowerBeta: "the round runs once more with half the beta"
            }
        }
    }

    /// Where a round is told besides here.
    public struct Track: Sendable, Equatable {
        /// The address of an MLflow server.
        public var mlflow: String
        /// The experiment there, made where there is none; nil for the round's name.
        public var experiment: String?

        /// Names a server.
        public init(mlflow: String, experiment: String? = nil) {
            self.mlflow = mlflow
            self.experiment = experiment
        }
    }

    /// A form in which an adapter is written.
    public enum AdapterFormat: String, Sendable, Equatable, FileChoice {
        /// PEFT's folder.
        case peft
        /// diffusers' file.
        case diffusers
        /// A file that ComfyUI loads, with its alpha.
        case comfyui
        /// kohya's file.
        case kohya

        var summary: String {
            switch self {
            case .peft: "a folder with adapter_config.json, as PEFT loads it"
            case .diffusers: "pytorch_lora_weights.safetensors, as diffusers loads it"
            case .comfyui: "one file with its alpha inside, as ComfyUI loads it"
            case .kohya: "one file with kohya's names and metadata"
            }
        }
    }
}
