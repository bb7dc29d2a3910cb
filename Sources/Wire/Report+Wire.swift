import Scheduling
import SwiftProtobuf

extension PBMedia {
    init(_ media: Media) {
        self.init()
        role = media.role
        path = media.path
        sha256 = media.sha256
    }

    var media: Media { Media(role: role, path: path, sha256: sha256) }
}

extension PBReport {
    init(_ report: Report) {
        self.init()
        task = report.task.rawValue
        epoch = report.attempt.epoch
        number = report.attempt.number
        sequence = report.sequence
        engine = report.engine
        durationUs = report.duration
        switch report.outcome {
        case .completed(.nothing): nothing = PBNothing()
        case .completed(.candidate(let files)):
            self.files = .with { $0.media = files.map(PBMedia.init) }
        case .completed(.scores(let values)):
            scores = .with { $0.scores = values.map(PBScore.init) }
        case .failed(let reason):
            failure = .with {
                $0.message = reason.message
                $0.retryable = reason.retryable
            }
        case .returned: returned = PBReturned()
        }
    }

    func report() throws(WireError) -> Report {
        let outcome: Outcome
        switch self.outcome {
        case .nothing: outcome = .completed(.nothing)
        case .files(let files): outcome = .completed(.candidate(files.media.map(\.media)))
        case .scores(let scores): outcome = .completed(.scores(scores.scores.map(\.score)))
        case .failure(let failure):
            outcome = .failed(Failure(message: failure.message, retryable: failure.retryable))
        case .returned: outcome = .returned
        case nil: throw .field("outcome")
        }
        return Report(
            task: TaskID(rawValue: task), attempt: try Bounds.attempt(epoch, number),
            sequence: sequence, outcome: outcome, engine: engine,
            duration: Bounds.passed(durationUs, perMillisecond: 1000))
    }
}

extension PBScore {
    init(_ score: Score) {
        self.init()
        output = score.output
        if let number = score.value { value = number }
        if let words = score.reason { reason = words }
    }

    /// A value that is not finite is a reason, not a number.
    var score: Score {
        guard hasValue else {
            return Score(output: output, value: nil, reason: reason.isEmpty ? nil : reason)
        }
        guard value.isFinite else {
            let words = value.isNaN ? "nan" : "\(value)"
            return Score(output: output, value: nil, reason: "the value was \(words)")
        }
        return Score(output: output, value: value, reason: nil)
    }
}
