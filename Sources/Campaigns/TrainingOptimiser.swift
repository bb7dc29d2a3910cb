extension TrainingFile {
    /// How the loss is minimised.
    public struct Optimiser: Sendable, Equatable {
        /// The method.
        public var method = Method.adamw
        /// AdamW's learning rate after warm-up.
        public var rate = 1e-5
        /// Muon's, for the matrices of blocks.
        public var matrixRate = 0.02
        /// The decay of the running mean of gradients, and of their squares.
        public var betas = [0.9, 0.999]
        /// Added to the root of the squares.
        public var eps = 1e-8
        /// What weights shrink by at each step, times the rate.
        public var weightDecay = 0.0
        /// The steps over which the rate rises from 0.
        public var warmup = 0
        /// Where a cosine fall begins, as a share of all steps; nil for none.
        public var decayFrom: Double?
        /// The rate at the end of the fall, as a share of the highest.
        public var floor = 0.0
        /// The largest norm of all gradients together; nil for any.
        public var clip: Double? = 1
        /// The decay of the averaged weights; 0 keeps none.
        public var ema = 0.0
        /// Clips or pairs in a batch.
        public var batch = 8
        /// Batches whose gradients make one step.
        public var accumulate = 1
        /// Steps in all; nil when epochs decide.
        public var steps: Int?
        /// How often every sample is seen; steps decide when they are given.
        public var epochs = 1
        /// What matrix products round their inputs to.
        public var precision = Precision.fp32
        /// Whether blocks run again on the way back instead of being kept.
        public var recomputes = false
        /// The number from which order, times, noise and random weights follow.
        public var seed: UInt64 = 42

        /// The default is the method's.
        public init() {}

        /// A method.
        public enum Method: String, Sendable, Equatable, FileChoice {
            /// AdamW for all weights.
            case adamw
            /// Muon for the matrices of blocks, AdamW for the rest.
            case muon

            var summary: String {
                switch self {
                case .adamw: "AdamW for all weights"
                case .muon: "Muon for the matrices of blocks, AdamW for the rest"
                }
            }
        }

        /// A form of numbers.
        public enum Precision: String, Sendable, Equatable, FileChoice {
            /// 32 bits.
            case fp32
            /// 16 bits with the range of 32.
            case bf16

            var summary: String {
                switch self {
                case .fp32: "32 bits"
                case .bf16: "16 bits with the range of 32; sums stay in 32"
                }
            }
        }
    }

    /// When a training is kept.
    public struct Checkpoint: Sendable, Equatable {
        /// Steps between checkpoints.
        public var every = 100
        /// How many of the latest stay.
        public var keep = 2

        /// The default.
        public init() {}
    }
}
