import Console

/// The columns of each noun's listing.
///
/// Keys are those of the answers' JSON.
enum Columns {
    /// Of `duet campaign list`.
    static let campaigns: [Column] = [
        Column("id", "ID", .count, importance: 8),
        Column("name", "NAME", importance: 10, floor: 12),
        Column("state", "STATE", importance: 9).coloured { stateColour($0["state"].plain) },
        Column("prompts", "PROMPTS", .count, importance: 2),
        Column("tasks.total", "TASKS", .count, importance: 6),
        Column("tasks.completed", "DONE", .count, importance: 7),
        Column("tasks.failed", "FAILED", .count, importance: 7)
            .coloured { ($0.at("tasks.failed").integer ?? 0) > 0 ? .red : nil },
        Column("running", "RUNNING", .count, importance: 5),
        Column("ready", "READY", .count, importance: 3),
        Column("waiting", "WAITING", .count, importance: 3),
        Column("pairs", "PAIRS", .count, importance: 4),
        Column("created_at", "SUBMITTED (UTC)", .time, importance: 1),
        Column("finished_at", "ENDED (UTC)", .time, importance: 1, isWide: true),
        Column("priority", "PRIORITY", .count, importance: 1, isWide: true),
        Column("weight", "WEIGHT", .decimals(1), importance: 1, isWide: true),
        Column("budget_used", "BUDGET USED", .count, importance: 1, isWide: true),
        Column("max_failed", "BUDGET", .count, importance: 1, isWide: true),
        labels,
        Column("reason", "REASON", importance: 1, isWide: true),
    ]

    /// Of `duet task list`.
    static let tasks: [Column] = [
        Column("id", "TASK", .count, importance: 10),
        Column("campaign", "CAMPAIGN", importance: 3, floor: 10),
        Column("kind", "KIND", importance: 8),
        Column("name", "NAME", importance: 6, floor: 14),
        Column("prompt", "PROMPT", importance: 7, floor: 14),
        Column("ordinal", "CAND", .count, importance: 2).shown(candidateText),
        Column("state", "STATE", importance: 9).coloured { stateColour($0["state"].plain) },
        Column("attempt", "TRY", .count, importance: 2),
        Column("worker", "WORKER", importance: 5, floor: 8),
        Column("duration_ms", "TOOK", .milliseconds, importance: 4),
        Column("error", "ERROR", importance: 6, floor: 20).shown(firstLine),
        Column("failures", "FAILURES", .count, importance: 1, isWide: true),
        Column("crashes", "CRASHES", .count, importance: 1, isWide: true),
        Column("engine", "ENGINE", importance: 1, isWide: true),
        Column("created_at", "CREATED (UTC)", .time, importance: 1, isWide: true),
        Column("available_at", "WAITS UNTIL (UTC)", .time, importance: 1, isWide: true),
        Column("finished_at", "ENDED (UTC)", .time, importance: 1, isWide: true),
    ]

    /// Of `duet worker list`.
    static let workers: [Column] = [
        Column("id", "ID", .count, importance: 7),
        Column("name", "NAME", importance: 10, floor: 12),
        Column("state", "STATE", importance: 9)
            .shown(workerState).coloured { stateColour(workerState($0)) },
        Column("node", "NODE", importance: 4, floor: 8),
        Column("running", "RUNNING", .count, importance: 8),
        Column("slots", "SLOTS", .count, importance: 8),
        Column("prefetched", "QUEUED", .count, importance: 3),
        Column("completed", "DONE", .count, importance: 6),
        Column("failed", "FAILED", .count, importance: 5),
        Column("resident", "MODELS", importance: 5, floor: 16).shown(models),
        Column("gpus", "GPUS", importance: 4).shown { gpus($0["gpus"].list) },
        Column("silence_ms", "SEEN", .milliseconds, importance: 3)
            .shown { seen($0["silence_ms"]) },
        Column("provides", "PROVIDES", importance: 1, isWide: true),
        Column("cpus", "CPUS", .decimals(0), importance: 1, isWide: true),
        Column("memory", "MEMORY", .bytes, importance: 1, isWide: true),
        Column("busy_seconds", "BUSY", .seconds, importance: 1, isWide: true),
        Column("build", "BUILD", importance: 1, isWide: true),
        Column("pid", "PID", .count, importance: 1, isWide: true),
        labels,
    ]

    /// Of `duet pairs list`.
    static let pairs: [Column] = [
        Column("id", "PAIR", .count, importance: 3),
        Column("prompt", "PROMPT", importance: 9, floor: 12),
        Column("winner", "WINNER", .count, importance: 8),
        Column("loser", "LOSER", .count, importance: 8),
        Column("margin", "MARGIN", .decimals(3), importance: 10),
        Column("margins.audio", "AUDIO", .decimals(3), importance: 5),
        Column("margins.video", "VIDEO", .decimals(3), importance: 5),
        Column("margins.audio_video", "JOINT", .decimals(3), importance: 5),
        Column("winner_ordinal", "WINNER IS", .count, importance: 1, isWide: true)
            .shown { candidateText($0["winner_ordinal"]) },
        Column("loser_ordinal", "LOSER IS", .count, importance: 1, isWide: true)
            .shown { candidateText($0["loser_ordinal"]) },
        Column("winner_path", "WINNER FILE", importance: 1, isWide: true),
        Column("loser_path", "LOSER FILE", importance: 1, isWide: true),
    ]

    /// Of `duet world check`.
    static let checks: [Column] = [
        Column("check", "CHECK", importance: 10, floor: 20),
        Column("cases", "CASES", .count, importance: 1),
        Column("measured", "MEASURED", .decimals(3), importance: 9),
        Column("learned", "LEARNED", .decimals(3), importance: 8),
    ]

    /// Of `duet world model`.
    static let modelChecks: [Column] = [
        Column("scorer", "SCORER", importance: 8),
        Column("metric", "METRIC", importance: 10, floor: 14),
        Column("truth", "GROUND TRUTH", .decimals(3), importance: 9),
        Column("truth_interval", "±", .decimals(3), importance: 5),
        Column("model", "MODEL", .decimals(3), importance: 9),
        Column("model_interval", "±", .decimals(3), importance: 5),
        Column("prompts", "PROMPTS", .count, importance: 2),
    ]

    /// Of `duet ranking list`.
    static let rankings: [Column] = [
        Column("id", "RANKING", .count, importance: 6),
        Column("campaign", "CAMPAIGN", importance: 8, floor: 10),
        Column("name", "NAME", importance: 10, floor: 10),
        Column("is_current", "CURRENT", importance: 9)
            .shown { $0["is_current"].flag == true ? "yes" : "" },
        Column("pairs", "PAIRS", .count, importance: 9),
        Column("prompts", "PROMPTS", .count, importance: 7),
        Column("candidates", "CANDIDATES", .count, importance: 5),
        Column("ineligible", "INELIGIBLE", .count, importance: 4),
        Column("rule.normalize.method", "NORMALISED", importance: 6),
        Column("rule.aggregate", "AGGREGATE", importance: 7),
        Column("rule.select", "SELECTED", importance: 7),
        Column("created_at", "MADE (UTC)", .time, importance: 3),
        Column("is_of_file", "OF FILE", importance: 1, isWide: true),
        Column("build", "BUILD", importance: 1, isWide: true),
        Column("hash", "HASH", importance: 1, isWide: true),
    ]

    /// Of `duet round list`.
    static let rounds: [Column] = [
        Column("name", "ROUND", importance: 10, floor: 12)
            .shown { "\($0["name"].plain)/\($0["number"].plain)" },
        Column("state", "STATE", importance: 10).shown { roundWord($0["state"].plain) }
            .coloured { roundColour($0["state"].plain) },
        Column("is_in_use", "IN USE", importance: 9)
            .shown { $0["is_in_use"].flag == true ? "yes" : "" },
        Column("campaign", "CAMPAIGN", importance: 6, floor: 12),
        Column("pairs", "PAIRS", .count, importance: 7),
        Column("win_rate", "WIN RATE", .decimals(2), importance: 8),
        Column("gain", "GAIN", .decimals(3), importance: 8),
        Column("reason", "REASON", importance: 5, floor: 20),
        Column("start", "STARTS FROM", .count, importance: 2),
        Column("created_at", "CREATED (UTC)", .time, importance: 1),
        Column("decided_at", "DECIDED (UTC)", .time, importance: 3),
        Column("adapter", "ADAPTER", importance: 1, isWide: true),
    ]

    /// Of `duet adapter list`.
    static let adapters: [Column] = [
        Column("round", "ROUND", importance: 10, floor: 10),
        Column("state", "STATE", importance: 9).shown { roundWord($0["state"].plain) }
            .coloured { roundColour($0["state"].plain) },
        Column("is_in_use", "IN USE", importance: 9)
            .shown { $0["is_in_use"].flag == true ? "yes" : "" },
        Column("model", "MODEL", importance: 7),
        Column("parent", "GOES ON FROM", importance: 4),
        Column("pairs", "PAIRS", .count, importance: 6),
        Column("created_at", "MADE (UTC)", .time, importance: 3),
        Column("path", "FILE", importance: 5, floor: 20),
        Column("sha256", "SHA-256", importance: 1, isWide: true),
    ]

    /// Of `duet events`.
    static let events: [Column] = [
        Column("id", "EVENT", .count, importance: 1),
        Column("at", "WHEN (UTC)", .time, importance: 9),
        Column("kind", "WHAT", importance: 8, floor: 18),
        Column("campaign", "CAMPAIGN", importance: 7, floor: 12),
        Column("task", "TASK", .count, importance: 6),
        Column("worker", "WORKER", importance: 5, floor: 8),
        Column("state", "STATE", importance: 10)
            .coloured { stateColour($0["state"].plain) },
        Column("message", "MESSAGE", importance: 9, floor: 24)
            .shown { firstLine($0["message"].plain) },
    ]

    /// Of `duet campaign cost`.
    static let cost: [Column] = [
        Column("campaign", "CAMPAIGN", importance: 3, floor: 8),
        Column("kind", "KIND", importance: 10),
        Column("name", "NAME", importance: 8, floor: 8),
        Column("tasks", "TASKS", .count, importance: 9),
        Column("attempts", "ATTEMPTS", .count, importance: 4),
        Column("seconds", "TIME", .seconds, importance: 7),
        Column("failed_seconds", "FAILED TIME", .seconds, importance: 4),
        Column("slot_hours", "SLOT-HOURS", .decimals(3), importance: 9),
        Column("gpu_hours", "GPU-HOURS", .decimals(3), importance: 9),
        Column("seconds_per_candidate", "PER CANDIDATE", .seconds, importance: 6),
    ]

    private static let labels = Column("labels", "LABELS", importance: 1, isWide: true)
        .shown { row in
            row["labels"].members.map { "\($0.key)=\($0.value.plain)" }.joined(separator: ",")
        }
}

/// The colour of a state of whatever noun.
func stateColour(_ state: String) -> Paint.Colour? {
    switch state {
    case "completed", "ready", "ok": .green
    case "failed", "halted", "lost", "fail": .red
    case "cancelled", "skipped", "stopped": .dim
    case "running", "leased": nil
    case "": nil
    default: .yellow
    }
}

/// A worker's state with what an operator has asked of it.
func workerState(_ row: Value) -> String {
    row["cordoned"].flag == true ? row["state"].plain + ", cordoned" : row["state"].plain
}

private func models(_ row: Value) -> String {
    let loading = row["loading"].list.map { $0.plain + " (loading)" }
    return (row["resident"].list.map(\.plain) + loading).joined(separator: ", ").printable
}

/// `2 x 80GiB`, or nothing.
func gpus(_ sizes: [Value]) -> String {
    guard let first = sizes.first?.integer else { return "" }
    return first > 0 ? "\(sizes.count) x \(byteSize(first))" : "\(sizes.count)"
}

private func seen(_ silence: Value) -> String {
    silence.number.map { $0 < 1000 ? "now" : duration($0 / 1000) + " ago" } ?? ""
}

private func candidateText(_ row: Value) -> String {
    let ordinal = row.integer ?? row["ordinal"].integer
    return ordinal.map { $0 < 0 ? "truth" : "\($0)" } ?? ""
}

private func firstLine(_ row: Value) -> String { firstLine(row["error"].plain) }

/// The first line of a message of many.
func firstLine(_ text: String) -> String {
    text.split(separator: "\n").first.map { String($0).printable } ?? ""
}
