import Console
import Linux
import Wire
import Words

/// Follows the rounds of a name to their end: bars on a terminal, else a line when one has moved.
///
/// Throws what decides the exit code when the last one is not promoted.
func followRounds(_ name: String, at endpoint: String) throws {
    let isLive = Terminal.isTerminal(Terminal.output)
    let paint = Paint(for: Terminal.output)
    var live = LiveLines()
    var progress = RoundProgress()
    var said = ""
    while true {
        var trouble = ""
        do {
            var client = try Client(endpoint)
            try progress.update(name, with: &client)
        } catch let failure as Failure where failure.code == 5 {
            trouble = failure.message + "; still watching"
        }
        if isLive {
            let bars = ProgressBars(width: Terminal.listingColumns, paint: paint)
            var lines = progress.lines(bars, paint)
            if !trouble.isEmpty { lines.append(paint(trouble, .yellow)) }
            Terminal.write(live.text(of: lines))
        } else {
            let now = progress.line
            if now != said { say(now) }
            said = now
            if !trouble.isEmpty { remark(trouble) }
        }
        if trouble.isEmpty, progress.isOver { break }
        pause(seconds: 0.25)
    }
    try progress.conclude()
}

/// How far the last round of a name is, and the campaigns it waits for.
private struct RoundProgress {
    private var round: Answers.RoundDetail?
    private var work: [(name: String, progress: CampaignProgress)] = []
    /// The last line of the trainer's log.
    private var log = ""

    mutating func update(_ name: String, with client: inout Client) throws {
        let detail = try client.answer(Answers.RoundDetail.self, to: .round(name))
        if detail.round.number != round?.round.number { work = [] }
        round = detail
        log = ""
        for part in detail.campaigns where part.state != nil {
            let row = try client.value(.campaign(part.campaign))
            if !work.contains(where: { $0.name == part.campaign }) {
                work.append((part.campaign, CampaignProgress()))
            }
            guard let place = work.firstIndex(where: { $0.name == part.campaign }) else {
                continue
            }
            work[place].progress.update(row, at: Double(Clock.monotonic) / 1e9)
            if part.purpose == "train", part.state == "running", let task = part.task {
                log = try lastLine(of: task, with: &client)
            }
        }
    }

    private func lastLine(of task: Int64, with client: inout Client) throws -> String {
        var after: Int64 = 0
        var last = ""
        while true {
            let page: Value
            do {
                page = try client.value(.log(task: task, attempt: 0, after: after))
            } catch let failure as Failure where failure.code == 3 {
                // No attempt has begun, or it has written nothing yet.
                return ""
            }
            if let line = page["text"].plain.split(separator: "\n").last { last = String(line) }
            guard let next = page["next"].integer, next > after else { return last }
            after = next
        }
    }

    /// The round in a line.
    var line: String {
        guard let round = round?.round else { return "" }
        let state = "round \(round.label) of \(round.of): \(roundWord(round.state))"
        return round.reason.isEmpty ? state : "\(state): \(round.reason)"
    }

    func lines(_ bars: ProgressBars, _ paint: Paint) -> [String] {
        let width = max(20, Terminal.listingColumns)
        var lines = [line.printable.shortened(to: width)]
        for one in work where !hasEnded(one.progress.row) {
            lines += block(one.progress, bars, paint).map { "  " + $0 }
            if one.name.hasSuffix("/train"), !log.isEmpty {
                lines.append("    " + paint(log.printable.shortened(to: width - 5), .dim))
            }
        }
        return lines
    }

    /// Whether nothing more happens by itself.
    var isOver: Bool {
        guard let round = round?.round else { return false }
        switch round.state {
        case "held", "cancelled": return true
        case "promoted", "rolled_back": return round.number >= round.of
        default: return round.needsHelp
        }
    }

    func conclude() throws {
        guard let round = round?.round else { return }
        say(
            "`duet round show \(round.label)` shows what it gained, `duet round lineage "
                + "\(round.label)` where its adapter comes from")
        guard round.state != "promoted" else { return }
        throw Failure.work(line)
    }
}
