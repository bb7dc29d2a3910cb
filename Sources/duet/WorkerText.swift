import Console
import Words

/// A worker and what it does, as a person reads it.
func workerText(_ detail: Value, width: Int, _ paint: Paint) -> String {
    let worker = detail["worker"]
    let state = workerState(worker)
    var lines = [
        "worker \(worker["name"].plain) (\(worker["id"].plain)) on \(worker["node"].plain): "
            + paint(state, stateColour(state))
    ]
    for text in detail["sentences"].list { lines += sentence(text.plain, width: width, paint) }
    let memory = worker["memory"].integer ?? 0
    var offers = [counted(worker["slots"].integer ?? 0, "slot")]
    if let cpus = worker["cpus"].number, cpus > 0 { offers.append(counted(Int(cpus), "cpu")) }
    if memory > 0 { offers.append("\(byteSize(memory)) of memory") }
    let cards = gpus(worker["gpus"].list)
    if !cards.isEmpty { offers.append("GPUs \(cards)") }
    lines += sentence("offers \(offers.joined(separator: ", "))", width: width, paint)
    for (key, words) in [("provides", "runs"), ("resident", "holds"), ("loading", "loads")] {
        let names = worker[key].list.map(\.plain)
        if !names.isEmpty {
            lines += sentence("\(words) \(names.joined(separator: ", "))", width: width, paint)
        }
    }
    let labels = worker["labels"].members.map { "\($0.key)=\($0.value.plain)" }
    if !labels.isEmpty {
        lines += sentence("labels \(labels.joined(separator: ", "))", width: width, paint)
    }
    if let seconds = worker["attached_seconds"].number {
        lines.append(
            "  attached for \(duration(seconds)): \(worker["completed"].plain) results, "
                + "\(worker["failed"].plain) failed, slots busy for "
                + duration(worker["busy_seconds"].number ?? 0))
    }
    if !detail["tasks"].list.isEmpty {
        lines.append("")
        lines += tableLines(
            heldColumns, detail["tasks"].list, width: width, paint: paint)
    }
    return lines.map { $0 + "\n" }.joined()
}

private let heldColumns: [Column] = [
    Column("id", "TASK", .count, importance: 9),
    Column("campaign", "CAMPAIGN", importance: 7, floor: 10),
    Column("kind", "KIND", importance: 8),
    Column("name", "NAME", importance: 6, floor: 10),
    Column("prompt", "PROMPT", importance: 6, floor: 10),
    Column("attempt", "TRY", .count, importance: 3),
    Column("is_running", "STATE", importance: 9)
        .shown { $0["is_running"].flag == true ? "running" : "queued" },
    Column("elapsed_ms", "FOR", .milliseconds, importance: 9),
]
