import Console

/// A task with why it is where it is, as a person reads it.
func taskText(_ detail: Value, width: Int, _ paint: Paint) -> String {
    let task = detail["task"]
    let state = task["state"].plain
    let prompt = task["prompt"].plain
    let whose = prompt.isEmpty ? "" : " for prompt \(prompt)"
    var lines = [
        "task \(task["id"].plain): \(task["kind"].plain) \(task["name"].plain)\(whose), "
            + "campaign \(task["campaign"].plain)",
        "  \(paint(state, stateColour(state)))",
    ]
    for text in detail["explanation"].list { lines += sentence(text.plain, width: width, paint) }
    let asked = resourceText(detail["resources"])
    if !asked.isEmpty { lines += sentence("needs \(asked)", width: width, paint) }
    let log = detail["log_tail"].plain.split(separator: "\n")
    for attempt in detail["attempts"].list {
        let outcome = attempt["outcome"].text ?? "running"
        let when = attempt["ended_at"].text ?? attempt["started_at"].text
        lines.append(
            "  attempt \(attempt["number"].plain) on \(attempt["worker"].plain): "
                + paint(outcome, stateColour(outcome)) + (when.map { ", \(shortTime($0))" } ?? ""))
        // What follows the first line is of the log, which is shown once below.
        for line in attempt["message"].plain.split(separator: "\n").prefix(log.isEmpty ? 5 : 1) {
            lines += sentence(String(line), indent: "    ", width: width, paint)
        }
    }
    if !log.isEmpty {
        lines.append("  the end of its log (`duet task logs \(task["id"].plain)` shows it all):")
        lines += log.map { paint("    | \(String($0).printable)".shortened(to: width), .dim) }
    }
    if state == "failed" {
        lines.append(paint.commands("`duet task retry \(task["id"].plain)` runs it again."))
    }
    return lines.map { $0 + "\n" }.joined()
}

/// What a task takes while it runs, in words.
private func resourceText(_ resources: Value) -> String {
    var parts: [String] = []
    if let cpus = resources["cpus"].number, cpus > 0 {
        parts.append(cpus == 1 ? "1 cpu" : "\(short(cpus)) cpus")
    }
    if let memory = resources["memory"].integer, memory > 0 {
        parts.append("\(byteSize(memory)) of memory")
    }
    if let count = resources["gpus"].number, count > 0 {
        let each = resources["gpu_memory"].integer ?? 0
        parts.append(
            (count == 1 ? "1 GPU" : "\(short(count)) GPUs")
                + (each > 0 ? " of \(byteSize(each))" : ""))
    }
    for named in resources["named"].members { parts.append("\(named.value.plain) \(named.key)") }
    if let model = resources["model"].text, !model.isEmpty { parts.append("model \(model)") }
    for label in resources["labels"].members {
        parts.append("\(label.key) in (\(label.value.plain))")
    }
    if let limit = resources["time_limit_seconds"].number {
        parts.append("at most \(duration(limit))")
    }
    return parts.joined(separator: ", ")
}

private func short(_ number: Double) -> String {
    number.rounded() == number ? decimals(number, 0) : decimals(number, 2)
}
