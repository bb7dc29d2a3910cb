import Console
import Linux
import Wire
import Words

/// The stages of a campaign in the order of its data: the kind of task, and what a bar calls it.
let stages: [(kind: String, name: String)] = [
    ("ingest", "ingest"), ("generate", "generate"), ("score", "score"), ("rank", "rank"),
    ("train", "train"), ("evaluate", "evaluate"),
]

/// How far a campaign is, with rates that are learned while it is looked at.
struct CampaignProgress {
    private var meters: [String: RateMeter] = [:]
    private(set) var row: Value = .null

    /// Takes the campaign as it is now.
    mutating func update(_ row: Value, at seconds: Double) {
        self.row = row
        for stage in stages where row["kinds"][stage.kind] != .null {
            meters[stage.kind, default: RateMeter()]
                .add(Self.stage(row, stage.kind, stage.name).ended, at: seconds)
        }
    }

    /// Its stages, as bars show them.
    var bars: [Stage] {
        stages.compactMap { kind, name in
            guard row["kinds"][kind] != .null else { return nil }
            var stage = Self.stage(row, kind, name)
            stage.perSecond = meters[kind]?.perSecond
            stage.secondsLeft = meters[kind]?.secondsUntil(stage.total - stage.ended)
            return stage
        }
    }

    private static func stage(_ row: Value, _ kind: String, _ name: String) -> Stage {
        let counts = row["kinds"][kind]
        let number = { (key: String) in counts[key].integer ?? 0 }
        return Stage(
            name: name, done: number("completed"), failed: number("failed"),
            dropped: number("skipped") + number("cancelled"), total: number("total"))
    }
}

/// What a campaign is doing, in a line: `12 running, 30 ready, 2 wait after a failure`.
func activity(_ row: Value) -> String {
    let number = { (key: String) in row[key].integer ?? 0 }
    let counts = row["tasks"]
    let total = counts["total"].integer ?? 0
    let done = counts["completed"].integer ?? 0
    var parts = ["\(grouped(done)) of \(counted(total, "task")) have a result"]
    if number("running") > 0 { parts.append("\(grouped(number("running"))) running") }
    if number("ready") > 0 { parts.append("\(grouped(number("ready"))) ready") }
    if number("waiting") > 0 { parts.append("\(grouped(number("waiting"))) wait after a failure") }
    for key in ["failed", "skipped", "cancelled"] {
        if let count = counts[key].integer, count > 0 { parts.append("\(grouped(count)) \(key)") }
    }
    return parts.joined(separator: ", ")
}

/// Whether nothing more will happen unless somebody asks for it.
func hasEnded(_ row: Value) -> Bool {
    ["completed", "cancelled", "halted"].contains(row["state"].plain)
}

/// How an ended campaign went; throws what decides the exit code.
func conclude(_ row: Value) throws {
    let name = row["name"].plain
    let state = row["state"].plain
    let failed = row.at("tasks.failed").integer ?? 0
    if state != "completed" {
        let reason = row["reason"].plain
        throw Failure.work(
            "campaign \(name) is \(state)\(["", state].contains(reason) ? "" : ": \(reason)"); "
                + "`duet campaign why \(name)` says more")
    }
    if failed > 0 {
        throw Failure.work(
            "\(counted(failed, "task")) of campaign \(name) failed; `duet campaign why \(name)` "
                + "says why, `duet campaign retry \(name)` runs them again")
    }
}

/// Follows campaigns to their end: bars on a terminal, else a line every ten seconds.
func follow(_ names: [String], at endpoint: String) throws {
    var followed = names.map { (name: $0, progress: CampaignProgress()) }
    let isLive = Terminal.isTerminal(Terminal.output)
    let paint = Paint(for: Terminal.output)
    var live = LiveLines()
    var nextLine = Clock.monotonic
    while true {
        var trouble = ""
        do {
            var client = try Client(endpoint)
            for index in followed.indices {
                let row = try client.value(.campaign(followed[index].name))
                followed[index].progress.update(row, at: Double(Clock.monotonic) / 1e9)
            }
        } catch let failure as Failure where failure.code == 5 {
            trouble = failure.message + "; still watching"
        }
        let rows = followed.map(\.progress.row)
        let isOver = trouble.isEmpty && rows.allSatisfy(hasEnded)
        if isLive {
            let bars = ProgressBars(width: Terminal.listingColumns, paint: paint)
            var lines = followed.flatMap { block($0.progress, bars, paint) }
            if !trouble.isEmpty { lines.append(paint(trouble, .yellow)) }
            Terminal.write(live.text(of: lines))
        } else if isOver || Clock.monotonic >= nextLine {
            nextLine = Clock.monotonic + 10_000_000_000
            let bars = ProgressBars(width: 0, paint: Paint(isOn: false))
            for one in followed where one.progress.row != .null {
                let title = "\(one.name) \(one.progress.row["state"].plain)"
                Terminal.write(bars.line(title, one.progress.bars) + "\n")
            }
            if !trouble.isEmpty { remark(trouble) }
        }
        if isOver { break }
        pause(seconds: 0.25)
    }
    for one in followed {
        let row = one.progress.row
        if let pairs = row["pairs"].integer {
            say(
                "campaign \(one.name): \(counted(pairs, "pair")) from "
                    + "\(counted(row["prompts"].integer ?? 0, "prompt")); "
                    + "`duet pairs list \(one.name)` shows them")
        }
    }
    for one in followed { try conclude(one.progress.row) }
}

/// A campaign while it runs: what it is doing, and a bar for each stage.
func block(
    _ progress: CampaignProgress, _ bars: ProgressBars, _ paint: Paint
) -> [String] {
    let row = progress.row
    if row == .null { return [] }
    let state = row["state"].plain
    let title = "campaign \(row["name"].plain): \(paint(state, stateColour(state)))"
    let width = max(20, Terminal.listingColumns)
    var lines = [title, "  " + activity(row).shortened(to: width - 3)]
    if let reason = row["reason"].text, !reason.isEmpty, reason != state {
        lines.append("  " + paint(reason.printable.shortened(to: width - 3), .yellow))
    }
    return lines + bars.lines(progress.bars).map { "  " + $0 }
}

/// A time of an answer as people read it: to the second.
func shortTime(_ text: String) -> String {
    String(text.prefix(19).map { $0 == "T" ? " " : $0 }) + " UTC"
}
