extension Campaign {
    /// Returns what a task of a kind needs.
    public func request(for kind: TaskKind) -> Request {
        if let job, job.kind == kind { return job.request }
        return resources.request(for: kind)
    }

    /// The one task of a campaign that makes no candidates: a training, or an evaluation of clips
    /// as a whole.
    ///
    /// Rounds submit such campaigns; a campaign file cannot ask for one.
    public struct Job: Sendable, Equatable, Codable {
        /// `train` or `evaluate`.
        public var kind: TaskKind
        /// Who does it: the model that is trained, or the scorer whose embeddings are compared.
        public var name: String
        /// What to tell it.
        public var params: [String: Scalar]
        /// What it needs of a worker.
        public var request: Request

        /// Makes a job of a worker's own size.
        public init(
            kind: TaskKind, name: String, params: [String: Scalar], request: Request = Request()
        ) {
            self.kind = kind
            self.name = name
            self.params = params
            self.request = request
        }
    }
}
