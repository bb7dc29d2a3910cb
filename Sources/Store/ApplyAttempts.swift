import Postgres
import Scheduling

/// The paths that few tasks take: a lease is remembered, an attempt ends without a result.
extension WriteBatch {
    mutating func addRecorded(_ recorded: [RecordedLease]) {
        guard !recorded.isEmpty else { return }
        var keys = AttemptKeys()
        var workers: [Int32] = []
        for lease in recorded {
            keys.append(lease.task, lease.attempt)
            workers.append(lease.worker)
        }
        add(
            """
            insert into attempts (task_id, epoch, number, worker_id, started_at)
                select r.id, r.epoch, r.number, r.worker, now()
                from unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers), \(workers))
                    as r (id, epoch, number, worker)
                on conflict do nothing
            """)
        // Of two attempts of a task the newer one is the one to remember.
        add(
            """
            update tasks as t set state = 'leased', worker_id = r.worker, epoch = r.epoch,
                number = r.number, available_at = null
                from (
                    select distinct on (id) * from
                        unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers), \(workers))
                            as u (id, epoch, number, worker)
                        order by id, epoch desc, number desc
                ) as r
                where t.id = r.id and t.state in ('available', 'leased')
                and (t.epoch, t.number) <= (r.epoch, r.number)
            """)
    }

    mutating func addRetried(_ retried: [Retry]) {
        guard !retried.isEmpty else { return }
        var rows = EndedAttempts()
        var delays: [Int64] = []
        for retry in retried {
            rows.append(
                retry.task, retry.attempt, retry.worker, retry.failures, retry.crashes,
                retry.message.storable, retry.outcome, duration: retry.duration)
            delays.append(retry.delay)
        }
        rows.addAttempts(to: &self)
        let keys = rows.keys
        // A task may be here twice; and while its other attempt is remembered it stays leased.
        add(
            """
            update tasks as t set
                state = case when t.state = 'leased' and (t.epoch, t.number) > (r.epoch, r.number)
                    then 'leased' else 'available' end::task_state,
                available_at = now() + r.delay * interval '1 ms',
                worker_id = case when (t.epoch, t.number) > (r.epoch, r.number)
                    then t.worker_id else r.worker end,
                epoch = case when (t.epoch, t.number) > (r.epoch, r.number)
                    then t.epoch else r.epoch end,
                number = case when (t.epoch, t.number) > (r.epoch, r.number)
                    then t.number else r.number end,
                failures = greatest(t.failures, r.failures),
                crashes = greatest(t.crashes, r.crashes), error = r.message
                from (
                    select distinct on (id) id, epoch, number, worker, delay, message,
                            max(failures) over (partition by id) as failures,
                            max(crashes) over (partition by id) as crashes
                        from unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers),
                            \(rows.workers), \(rows.failures), \(rows.crashes), \(delays),
                            \(rows.messages)) as u
                            (id, epoch, number, worker, failures, crashes, delay, message)
                        order by id, epoch desc, number desc
                ) as r
                where t.id = r.id and t.state in ('available', 'leased')
            """, rows: Set(keys.tasks).count, "failed attempts of open tasks")
    }

    mutating func addEnded(_ ended: [Ended]) {
        guard !ended.isEmpty else { return }
        var attempts = EndedAttempts()
        var rows = EndedAttempts()
        var states: [Int16] = []
        var failed: [Int64] = []
        for end in ended {
            let message = end.message.storable
            if let attempt = end.attempt {
                attempts.append(
                    end.task, attempt, end.worker, end.failures, end.crashes, message,
                    end.stage == .cancelled ? .cancelled : end.outcome, duration: end.duration)
            }
            rows.append(
                end.task, end.attempt ?? Attempt(epoch: 0, number: 0), end.worker, end.failures,
                end.crashes, message, end.outcome)
            states.append(end.stage == .failed ? 1 : 2)
            if end.stage == .failed { failed.append(end.task.rawValue) }
        }
        attempts.addAttempts(to: &self)
        rows.addTasks(states, to: &self)
        add(
            """
            update attempts as a set ended_at = now(), outcome = 'cancelled'
                from unnest(\(rows.keys.tasks)) as e (id)
                where a.task_id = e.id and a.ended_at is null
            """)
        guard !failed.isEmpty else { return }
        add(
            """
            insert into events (kind, campaign_id, task_id, worker_id, state, message)
                select 'task_failed', task_campaign(t.id), t.id, t.worker_id, 'failed', t.error
                from unnest(\(failed)) as f (id) join tasks t on t.id = f.id
            """)
    }
}

/// Attempts that ended without a result, as columns.
private struct EndedAttempts {
    var keys = AttemptKeys()
    var workers: [Int32] = []
    var failures: [Int32] = []
    var crashes: [Int32] = []
    var messages: [String] = []
    /// Microseconds, as the worker said; 0 where it said nothing.
    var durations: [Int64] = []
    /// How they ended, from 1.
    var outcomes: [Int16] = []

    mutating func append(
        _ task: TaskID, _ attempt: Attempt, _ worker: WorkerID, _ failures: Int32,
        _ crashes: Int32, _ message: String, _ outcome: AttemptEnd, duration: Int64 = 0
    ) {
        keys.append(task, attempt)
        workers.append(worker)
        self.failures.append(failures)
        self.crashes.append(crashes)
        messages.append(message)
        durations.append(duration)
        outcomes.append(Int16(outcome.rawValue) + 1)
    }

    func addAttempts(to batch: inout WriteBatch) {
        guard !workers.isEmpty else { return }
        batch.add(
            """
            insert into attempts as a
                (task_id, epoch, number, worker_id, started_at, ended_at, outcome, message)
                select r.id, r.epoch, r.number, r.worker,
                    now() - nullif(r.duration, 0) * interval '1 microsecond', now(),
                    ('{failed,lost,returned,cancelled}'::attempt_outcome[])[r.outcome], r.message
                from (
                    select distinct on (id, epoch, number) * from
                        unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers), \(workers),
                            \(messages), \(durations), \(outcomes)) as u (id, epoch, number,
                                worker, message, duration, outcome)
                        order by id, epoch, number
                ) as r
                on conflict (task_id, epoch, number) do update set
                    started_at = coalesce(excluded.started_at, a.started_at),
                    ended_at = excluded.ended_at, outcome = excluded.outcome,
                    message = excluded.message
                    where a.ended_at is null
            """)
    }

    /// `states` are 1 for failed and 2 for cancelled.
    func addTasks(_ states: [Int16], to batch: inout WriteBatch) {
        batch.add(
            """
            update tasks as t set state = ('{failed,cancelled}'::task_state[])[e.state],
                finished_at = now(), available_at = null, error = e.message,
                worker_id = case when e.number > 0 then e.worker else t.worker_id end,
                epoch = case when e.number > 0 then e.epoch else t.epoch end,
                number = case when e.number > 0 then e.number else t.number end,
                failures = e.failures, crashes = e.crashes
                from unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers), \(workers),
                    \(failures), \(crashes), \(messages), \(states))
                    as e (id, epoch, number, worker, failures, crashes, message, state)
                where t.id = e.id and t.state in ('available', 'leased')
            """, rows: keys.tasks.count, "ends of open tasks")
    }
}
