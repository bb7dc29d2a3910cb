import FoundationEssentials

/// An MLflow server, told of rounds over its REST interface, version 2.0.
public struct MLflowServer: Sendable {
    private let address: String
    private let curl: Curl

    /// Names a server by its address, such as `http://mlflow:5000`.
    ///
    /// `environment` is that of the process: its `MLFLOW_TRACKING_TOKEN`, or `…_USERNAME` and
    /// `…_PASSWORD`, are shown to the server, as MLflow's own client does.
    public init(address: String, environment: [String: String]) {
        self.address = String(address.reversed().drop { $0 == "/" }.reversed())
        var curl = Curl(environment: environment)
        if let token = environment["MLFLOW_TRACKING_TOKEN"] {
            curl.secrets = [("header", "Authorization: Bearer \(token)")]
        } else if let user = environment["MLFLOW_TRACKING_USERNAME"],
            let password = environment["MLFLOW_TRACKING_PASSWORD"]
        {
            curl.secrets = [("user", "\(user):\(password)")]
        }
        self.curl = curl
    }

    /// Tells the server all there is of a round, and waits for it, at most 30 s for each request.
    ///
    /// Telling it again is harmless: the run is found by its tags, and parameters and numbers that
    /// it holds stay one. Whatever fails is in the outcome.
    public func record(_ run: TrackedRun) -> TrackingOutcome {
        var outcome = TrackingOutcome(page: nil, problem: nil)
        do throws(TrackingError) {
            let experiment = try experiment(run.experiment)
            let parent = try run.parent.map { (parent) throws(TrackingError) in
                try found(
                    MLflow.NewRun(
                        experiment: experiment, name: parent.name, startTime: run.startedAt,
                        tags: MLflow.identity(parent.name, loop: parent.loop)))
            }
            let id = try found(
                MLflow.NewRun(
                    experiment: experiment, name: run.name, startTime: run.startedAt,
                    tags: MLflow.identity(run.round, loop: run.parent?.loop)), below: parent)
            outcome.page = "\(address)/#/experiments/\(experiment)/runs/\(id)"
            for batch in MLflow.batches(run, id: id) {
                try tell("runs/log-batch", batch, unlessRefused: &outcome.problem)
            }
            if !run.datasets.isEmpty {
                let inputs = MLflow.inputs(run, id: id)
                try tell("runs/log-inputs", inputs, unlessRefused: &outcome.problem)
            }
            let end = MLflow.Update(
                runID: id, status: run.state.rawValue, endTime: run.endedAt)
            try tell("runs/update", end, unlessRefused: &outcome.problem)
            if let parent { try record(run, under: parent, &outcome.problem) }
        } catch {
            outcome.problem = error
        }
        return outcome
    }

    /// Tells the run of all rounds what came of one.
    private func record(
        _ run: TrackedRun, under parent: String, _ problem: inout TrackingError?
    ) throws(TrackingError) {
        for batch in MLflow.batchesOfParent(run, id: parent) {
            try tell("runs/log-batch", batch, unlessRefused: &problem)
        }
        let isOver = run.parent?.isOver == true
        let state: TrackedRun.State = isOver ? .finished : .running
        let end = MLflow.Update(
            runID: parent, status: state.rawValue, endTime: isOver ? run.endedAt : nil)
        try tell("runs/update", end, unlessRefused: &problem)
    }

    /// Tells one thing; what the server refuses, such as a changed parameter, does not stop the
    /// rest, but a server that does not answer is not waited for again.
    private func tell(
        _ path: String, _ body: some Encodable, unlessRefused problem: inout TrackingError?
    ) throws(TrackingError) {
        do {
            try tell(path, body)
        } catch  where error.code != nil {
            problem = problem ?? error
        }
    }

    /// Returns the id of the run with these tags, made where there is none.
    private func found(
        _ run: MLflow.NewRun, below parent: String? = nil
    ) throws(TrackingError) -> String {
        let search: Runs = try ask(
            "runs/search", MLflow.search(run.tags, in: run.experiment))
        if let first = search.runs?.first { return first.info.id }
        var run = run
        if let parent { run.tags.append(TrackedRun.Text(MLflow.parentTag, parent)) }
        let made: NewRun = try ask("runs/create", run)
        return made.run.info.id
    }

    /// Returns the id of an experiment, made where there is none.
    private func experiment(_ name: String) throws(TrackingError) -> String {
        do {
            return try experimentID(name)
        } catch  where error.code == "RESOURCE_DOES_NOT_EXIST" {}
        do {
            let made: NewExperiment = try ask("experiments/create", ["name": name])
            return made.id
        } catch  where error.code == "RESOURCE_ALREADY_EXISTS" {
            // Another round made it in the meantime.
            return try experimentID(name)
        }
    }

    private func experimentID(_ name: String) throws(TrackingError) -> String {
        let allowed = name.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 128, character.isLetter || character.isNumber { return String(character) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }
        let path = "experiments/get-by-name?experiment_name=\(allowed.joined())"
        let answer: Experiment = try decoded(path, send(path, nil))
        return answer.experiment.id
    }

    @discardableResult
    private func tell(_ path: String, _ body: some Encodable) throws(TrackingError) -> Data {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try send(path, encoder.encode(body))
        } catch let error as TrackingError {
            throw error
        } catch {
            throw TrackingError("\(path): the request cannot be written as JSON: \(error)")
        }
    }

    private func ask<Reply: Decodable>(
        _ path: String, _ body: some Encodable
    ) throws(TrackingError) -> Reply {
        try decoded(path, tell(path, body))
    }

    private func send(_ path: String, _ body: Data?) throws(TrackingError) -> Data {
        let answer = try curl.send("\(address)/api/2.0/mlflow/\(path)", body)
        guard answer.status != 200 else { return answer.body }
        let said = try? JSONDecoder().decode(Refusal.self, from: answer.body)
        let words = said.map { "\($0.code): \($0.message)" } ?? "no explanation"
        let isAtFault = (400..<500).contains(answer.status) && answer.status != 429
        throw TrackingError(
            "\(address) answered \(path) with status \(answer.status), \(words)",
            code: isAtFault ? said?.code : nil)
    }

    private func decoded<Reply: Decodable>(
        _ path: String, _ data: Data
    ) throws(TrackingError) -> Reply {
        do {
            return try JSONDecoder().decode(Reply.self, from: data)
        } catch {
            throw TrackingError(
                "\(address) is no MLflow server that we know: its answer to \(path) is \(error)")
        }
    }
}

private struct Refusal: Decodable {
    var code: String
    var message: String

    enum CodingKeys: String, CodingKey {
        case code = "error_code"
        case message
    }
}

private struct NewExperiment: Decodable {
    var id: String

    enum CodingKeys: String, CodingKey {
        case id = "experiment_id"
    }
}

private struct Experiment: Decodable {
    var experiment: NewExperiment
}

private struct RunInfo: Decodable {
    struct Info: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey {
            case id = "run_id"
        }
    }

    var info: Info
}

private struct NewRun: Decodable {
    var run: RunInfo
}

private struct Runs: Decodable {
    var runs: [RunInfo]?
}
