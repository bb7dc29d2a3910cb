import Postgres
import Scheduling

/// The paths that every task takes: it is emitted, and it completes.
extension WriteBatch {
    mutating func addEmitted(
        _ tasks: [TaskID], _ campaigns: [Int32: RecipeTable]
    ) throws(StoreError) {
        guard !tasks.isEmpty else { return }
        var ids: [Int64] = []
        var kinds: [Int16] = []
        ids.reserveCapacity(tasks.count)
        kinds.reserveCapacity(tasks.count)
        var lookup = RecipeLookup(campaigns)
        for task in tasks {
            let recipe = try lookup.recipe(of: task)
            ids.append(task.rawValue)
            kinds.append(Int16(recipe.kind.rawValue) + 1)
        }
        add(
            """
            insert into tasks (id, kind)
                select e.id, ('{ingest,generate,score,rank,train,evaluate}'::task_kind[])[e.kind]
                from unnest(\(ids), \(kinds)) as e (id, kind)
            """)
    }

    mutating func addCompleted(
        _ completed: [Completion], _ campaigns: [Int32: RecipeTable], epoch: Int32
    ) throws(StoreError) {
        guard !completed.isEmpty else { return }
        var rows = CompletedRows(capacity: completed.count)
        var candidates = MediaRows(table: "candidates")
        var products = MediaRows(table: "products")
        var scores = ScoreRows()
        var lookup = RecipeLookup(campaigns)
        for completion in completed {
            let report = completion.report
            guard case .completed(let output) = report.outcome else {
                throw .invariant("task \(report.task.rawValue) completed without an outcome")
            }
            let engine = report.engine.storable
            rows.append(completion, engine: engine, epoch: epoch)
            let recipe = try lookup.recipe(of: report.task)
            switch recipe.kind {
            case .ingest, .generate: candidates.append(report.task, output, engine)
            case .score:
                scores.append(
                    report.task, output, source: recipe.source ?? 0, lookup.outputs(of: recipe),
                    engine)
            case .train, .evaluate: products.append(report.task, output, engine)
            case .rank: break
            }
        }
        rows.add(to: &self)
        candidates.add(to: &self)
        products.add(to: &self)
        scores.add(to: &self)
    }
}

/// Finds the recipes of tasks that mostly belong to the same campaign.
private struct RecipeLookup {
    private let campaigns: [Int32: RecipeTable]
    private var current: RecipeTable?
    private var id: CampaignID = 0

    init(_ campaigns: [Int32: RecipeTable]) { self.campaigns = campaigns }

    mutating func recipe(of task: TaskID) throws(StoreError) -> SlotRecipe {
        if task.campaign != id {
            id = task.campaign
            current = campaigns[id]
        }
        guard let current, task.slot < current.recipes.count else {
            throw .invariant("task \(task.rawValue) follows a recipe that its campaign lacks")
        }
        return current.recipes[task.slot]
    }

    func outputs(of recipe: SlotRecipe) -> [String] { current?.outputs[recipe.slot] ?? [] }
}

private struct CompletedRows {
    private var ids: [Int64] = []
    private var durations: [Int64] = []
    private var workers: [Int32] = []
    private var epochs: [Int32] = []
    private var numbers: [Int32] = []
    private var engines: [Int16] = []
    private var words = WordList()
    /// Those that may have rows of attempts to be closed.
    private var remembered = AttemptKeys()

    init(capacity: Int) {
        ids.reserveCapacity(capacity)
        durations.reserveCapacity(capacity)
        workers.reserveCapacity(capacity)
        epochs.reserveCapacity(capacity)
        numbers.reserveCapacity(capacity)
        engines.reserveCapacity(capacity)
    }

    mutating func append(_ completion: Completion, engine: String, epoch: Int32) {
        let report = completion.report
        ids.append(report.task.rawValue)
        durations.append(report.duration)
        workers.append(completion.worker)
        epochs.append(report.attempt.epoch)
        numbers.append(report.attempt.number)
        engines.append(words.number(of: engine))
        // Its other attempt, or one of an earlier coordinator, may have a row.
        if completion.isRecorded || report.attempt.number > 1 || report.attempt.epoch != epoch {
            remembered.append(report.task, report.attempt)
        }
    }

    func add(to batch: inout WriteBatch) {
        batch.add(
            """
            update tasks as t set state = 'completed', finished_at = now(), available_at = null,
                duration_us = c.duration, worker_id = c.worker, epoch = c.epoch,
                number = c.number, engine = (\(words.words)::text[])[c.engine], error = null
                from unnest(\(ids), \(durations), \(workers), \(epochs), \(numbers), \(engines))
                    as c (id, duration, worker, epoch, number, engine)
                where t.id = c.id and t.state in ('available', 'leased')
            """, rows: ids.count, "results")
        guard !remembered.tasks.isEmpty else { return }
        batch.add(
            """
            update attempts as a set ended_at = now(),
                outcome = case when (a.epoch, a.number) = (c.epoch, c.number)
                    then 'completed' else 'cancelled' end::attempt_outcome
                from unnest(\(remembered.tasks), \(remembered.epochs), \(remembered.numbers))
                    as c (id, epoch, number)
                where a.task_id = c.id and a.ended_at is null
            """)
    }
}

/// Attempts as columns.
struct AttemptKeys {
    private(set) var tasks: [Int64] = []
    private(set) var epochs: [Int32] = []
    private(set) var numbers: [Int32] = []

    mutating func append(_ task: TaskID, _ attempt: Attempt) {
        tasks.append(task.rawValue)
        epochs.append(attempt.epoch)
        numbers.append(attempt.number)
    }
}

/// Files that tasks made, for the table of candidates or that of other products.
private struct MediaRows {
    private let table: String
    private var ids: [Int64] = []
    private var engines: [Int16] = []
    private var media: [String] = []
    private var words = WordList()

    init(table: String) { self.table = table }

    mutating func append(_ task: TaskID, _ output: Output, _ engine: String) {
        ids.append(task.rawValue)
        engines.append(words.number(of: engine))
        if case .candidate(let files) = output {
            media.append(JSONText.media(files))
        } else {
            media.append("[]")
        }
    }

    func add(to batch: inout WriteBatch) {
        guard !ids.isEmpty else { return }
        batch.add(
            """
            insert into \(unsafeSQL: table) (id, engine, media)
                select c.id, (\(words.words)::text[])[c.engine], c.media::jsonb
                from unnest(\(ids), \(engines), \(media)) as c (id, engine, media)
            """)
    }
}

private struct ScoreRows {
    private var candidates: [Int64] = []
    private var slots: [Int16] = []
    private var values: [Double?] = []
    private var outputs: [Int16] = []
    private var engines: [Int16] = []
    /// Shorter than the others while no value is missing; the server fills up with nulls.
    private var reasons: [String?] = []
    private var outputWords = WordList()
    private var engineWords = WordList()

    mutating func append(
        _ task: TaskID, _ output: Output, source: Int, _ asked: [String], _ engine: String
    ) {
        let candidate = TaskID(campaign: task.campaign, prompt: task.prompt, slot: source)
        let engine = engineWords.number(of: engine)
        var given: [Score] = []
        if case .scores(let scores) = output { given = scores }
        for name in asked {
            candidates.append(candidate.rawValue)
            slots.append(Int16(task.slot))
            outputs.append(outputWords.number(of: name))
            engines.append(engine)
            let score = given.first { $0.output == name }
            if let value = score?.value, value.isFinite {
                values.append(value)
            } else {
                values.append(nil)
                while reasons.count < candidates.count - 1 { reasons.append(nil) }
                reasons.append(Self.reason(for: score))
            }
        }
    }

    private static func reason(for score: Score?) -> String {
        guard let score else { return "missing from the scorer's answer" }
        if let value = score.value { return "not finite: \(value)" }
        return score.reason?.storable ?? "the scorer gave no number and no reason"
    }

    func add(to batch: inout WriteBatch) {
        guard !candidates.isEmpty else { return }
        batch.add(
            """
            insert into scores (candidate_id, value, slot, output, engine, reason)
                select s.candidate, s.value, s.slot, (\(outputWords.words)::text[])[s.output],
                    (\(engineWords.words)::text[])[s.engine], s.reason
                from unnest(\(candidates), \(values), \(slots), \(outputs), \(engines),
                    \(reasons)) as s (candidate, value, slot, output, engine, reason)
            """)
    }
}
