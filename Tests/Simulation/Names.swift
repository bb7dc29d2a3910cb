import Scheduling

/// How a transcript calls things.
func name(_ task: TaskID) -> String {
    task.prompt == TaskID.wholeCampaign
        ? "\(task.campaign)/*/\(task.slot)" : "\(task.campaign)/\(task.prompt)/\(task.slot)"
}

func short(_ message: FromWorker) -> String {
    switch message {
    case .register(let registration):
        "register session \(registration.session) holding \(registration.held.map(short))"
    case .heartbeat(let heartbeat):
        "heartbeat received \(heartbeat.received) holding \(heartbeat.held.map(short))"
            + (heartbeat.draining ? " draining" : "")
    case .reports(let session, let reports):
        "reports of \(session): \(reports.map(short))"
    case .goodbye(let session): "goodbye of \(session)"
    }
}

func short(_ message: ToWorker) -> String {
    switch message {
    case .welcome(let epoch, let worker, _, _): "welcome \(worker) by epoch \(epoch)"
    case .refused(let reason): "refused: \(reason)"
    case .alive(let epoch): "alive by epoch \(epoch)"
    case .unknown: "unknown"
    case .assign(let sequence, let assignments):
        "assign #\(sequence) \(assignments.map { "\(name($0.task))@\(short($0.attempt))" })"
    case .cancel(let attempts):
        "cancel \(attempts.map { "\(name($0.task))@\(short($0.attempt))" })"
    case .acknowledge(let sequences): "acknowledge \(sequences)"
    case .drain(let on): "drain \(on)"
    case .stop: "stop"
    }
}

private func short(_ attempt: Attempt) -> String { "\(attempt.epoch).\(attempt.number)" }

private func short(_ held: Held) -> String {
    "\(name(held.task))@\(short(held.attempt)) \(held.phase)"
}

private func short(_ report: Report) -> String {
    let outcome =
        switch report.outcome {
        case .completed: "completed"
        case .failed: "failed"
        case .returned: "returned"
        }
    return "#\(report.sequence) \(name(report.task))@\(short(report.attempt)) \(outcome)"
}
