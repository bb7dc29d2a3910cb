/// What workers say about their attempts.
extension CoordinatorMachine {
    mutating func take(
        _ reports: [Report], from id: WorkerID, session: UInt64, at now: Instant
    ) {
        guard workers[id]?.session == session else {
            // It must say first what it holds; it keeps the reports and sends them again.
            send(.unknown, to: id)
            return
        }
        workers[id]?.lastSeen = now
        var known: [UInt64] = []
        known.reserveCapacity(reports.count)
        for report in reports where report.attempt.epoch <= epoch {
            take(report, from: id, at: now)
            known.append(report.sequence)
        }
        // A report of a newer epoch is not for this coordinator: another one leads.
        if !known.isEmpty { send(.acknowledge(known), to: id) }
    }

    private mutating func take(_ report: Report, from id: WorkerID, at now: Instant) {
        guard let withdrawn = tasks[report.task]?.withdrawn else { return }
        switch report.outcome {
        case .completed:
            // A task is a pure function of its inputs: a late good result of any attempt counts,
            // whatever has failed since. Only what a ranking is of may have changed.
            if report.attempt <= withdrawn { return }
            complete(report, from: id, at: now)
        case .failed:
            guard workers[id]?.leases[report.task]?.attempt == report.attempt else { return }
            fail(report, from: id, at: now)
        case .returned:
            guard workers[id]?.leases[report.task]?.attempt == report.attempt else { return }
            lose(
                report.task, at: id, blame: false, "given back by its worker", now,
                duration: report.duration)
        }
    }

    /// The current attempt of a task failed: it waits for another, or was the last.
    mutating func fail(_ report: Report, from id: WorkerID, at now: Instant) {
        guard case .failed(let failure) = report.outcome else { return }
        let task = report.task
        guard let lease = revoke(task, from: id), let record = tasks[task] else { return }
        settle(lease, of: task, microseconds: report.duration, at: id)
        if let w = workers.place(of: id) {
            workers.records[w].work.failed += 1
            workers.records[w].work.microseconds += report.duration
        }
        let failures = record.failures + 1
        tasks[task]?.failures = failures
        tasks[task]?.failed = max(record.failed, report.attempt)
        // Its other attempt may still bring the result.
        if tasks[task]?.holder != 0 {
            note(failures, record, report, failure, from: id, delay: 0)
            return
        }
        let rule = classes[Int(record.classIndex)].spec.retry
        if lease.isCancelled && campaigns[task.campaign]?.state == .cancelling {
            end(
                task, as: .cancelled, attempt: report.attempt, worker: id,
                message: "campaign cancelled", duration: report.duration, outcome: .cancelled,
                at: now)
        } else if !failure.retryable || failures > rule.retries {
            end(
                task, as: .failed, attempt: report.attempt, worker: id,
                message: failure.message, duration: report.duration, outcome: .failed, at: now)
        } else {
            let delay = rule.wait(afterFailure: failures, of: task)
            note(failures, record, report, failure, from: id, delay: delay)
            if campaigns[task.campaign]?.state == .cancelling {
                requeue(task, at: now)
            } else {
                wait(task, until: now + delay)
            }
        }
    }

    private mutating func note(
        _ failures: Int32, _ record: TaskRecord, _ report: Report, _ failure: Failure,
        from id: WorkerID, delay: Int64
    ) {
        out.changes.retried.append(
            Retry(
                task: report.task, attempt: report.attempt, worker: id, failures: failures,
                crashes: record.crashes, delay: delay, message: failure.message,
                duration: report.duration))
    }
}
