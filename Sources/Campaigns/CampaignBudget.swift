extension Campaign {
    /// What the tasks of a campaign need.
    public struct Resources: Sendable, Equatable, Codable {
        /// What an ingest task needs.
        public var ingest: Request
        /// What a generate task needs.
        public var generate: Request
        /// What a score task needs.
        public var score: Request
        /// What the rank task needs.
        public var rank: Request
        /// The labels a worker must have: for each label, one of the values, sorted.
        public var labels: [String: [String]]

        enum CodingKeys: String, CodingKey {
            case ingest, generate, score, rank
            case labels = "where"
        }

        /// Makes the needs of all kinds; the default is one core each, on any worker.
        public init(
            ingest: Request = Request(), generate: Request = Request(), score: Request = Request(),
            rank: Request = Request(), labels: [String: [String]] = [:]
        ) {
            self.ingest = ingest
            self.generate = generate
            self.score = score
            self.rank = rank
            self.labels = labels
        }

        /// Returns what a task of a kind needs.
        public func request(for kind: TaskKind) -> Request {
            switch kind {
            case .ingest: ingest
            case .generate: generate
            case .score: score
            case .rank: rank
            case .train, .evaluate: Request()
            }
        }
    }

    /// What one task needs of a worker while it runs.
    public struct Request: Sendable, Equatable, Codable {
        /// Cores; a multiple of 0.001, the default is 1.
        public var cpus: Double
        /// Memory in bytes; 0 asks for none in particular.
        public var memory: Int64
        /// GPUs: a multiple of 0.001 up to 1, or a whole number.
        public var gpus: Double
        /// Memory on each GPU in bytes.
        public var gpuMemory: Int64
        /// The time limit in milliseconds; the default is one hour.
        public var timeoutMilliseconds: Int64
        /// Amounts of whatever else the workers were given names for.
        public var named: [String: Double]

        enum CodingKeys: String, CodingKey {
            case cpus, memory, gpus, named
            case gpuMemory = "gpu_memory"
            case timeoutMilliseconds = "timeout_ms"
        }

        /// Makes a need; the default is one core for at most an hour.
        public init(
            cpus: Double = 1, memory: Int64 = 0, gpus: Double = 0, gpuMemory: Int64 = 0,
            timeoutMilliseconds: Int64 = 3_600_000, named: [String: Double] = [:]
        ) {
            self.cpus = cpus
            self.memory = memory
            self.gpus = gpus
            self.gpuMemory = gpuMemory
            self.timeoutMilliseconds = timeoutMilliseconds
            self.named = named
        }
    }

    /// How often failing tasks are tried again.
    public struct Retry: Sendable, Equatable, Codable {
        /// How many attempts may follow a failed first one; the default is 2.
        public var max: Int
        /// The wait before the first of them in milliseconds; the default is 30 s.
        public var backoffMilliseconds: Int64
        /// How many workers a task may lose before it fails; the default is 5.
        public var crashLimit: Int

        enum CodingKeys: String, CodingKey {
            case max
            case backoffMilliseconds = "backoff_ms"
            case crashLimit = "crash_limit"
        }

        /// Makes a rule; the default is the campaign file's.
        public init(max: Int = 2, backoffMilliseconds: Int64 = 30_000, crashLimit: Int = 5) {
            self.max = max
            self.backoffMilliseconds = backoffMilliseconds
            self.crashLimit = crashLimit
        }
    }

    /// How much may run at once, and how much may fail.
    public struct Limits: Sendable, Equatable, Codable {
        /// The most tasks that run at once; nil for as many as there is room for.
        public var maxRunning: Int?
        /// When the campaign gives up; nil for never.
        public var maxFailed: FailureBudget?
        /// The most bytes its media may take; nil for as many as there is room for.
        public var maxDisk: Int64?

        enum CodingKeys: String, CodingKey {
            case maxRunning = "max_running"
            case maxFailed = "max_failed"
            case maxDisk = "max_disk"
        }

        /// Makes limits; the default is none.
        public init(
            maxRunning: Int? = nil, maxFailed: FailureBudget? = nil, maxDisk: Int64? = nil
        ) {
            self.maxRunning = maxRunning
            self.maxFailed = maxFailed
            self.maxDisk = maxDisk
        }
    }

    /// How many tasks may fail; one more and the campaign gives up.
    public enum FailureBudget: Sendable, Equatable, Codable {
        /// So many tasks.
        case count(Int)
        /// So many of every hundred of the campaign's tasks, 0...100.
        case percent(Double)

        /// Decodes a number of tasks, or a text such as `1%`.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let count = try? container.decode(Int.self) {
                self = .count(count)
                return
            }
            let text = try container.decode(String.self)
            guard let budget = Self(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "'\(text)' is neither a count nor a percentage"
                )
            }
            self = budget
        }

        /// Encodes a count as a number and a percentage as a text.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .count(let count): try container.encode(count)
            case .percent(let percent): try container.encode("\(percent)%")
            }
        }

        /// Reads a count or a percentage; nil for anything else.
        init?(_ text: String) {
            if let percent = Quantity.percent(text) {
                self = .percent(percent)
            } else if let count = Int(text), count >= 0 {
                self = .count(count)
            } else {
                return nil
            }
        }
    }
}
