import Console
import Words

extension TopModel {
    /// The lines of the screen, at most as many and as wide as it is.
    func lines(_ size: Terminal.Size, paint: Paint) -> [String] {
        let head = heading(size.columns, paint)
        let foot = footing(size.columns, paint)
        let room = max(1, size.rows - head.count - foot.count)
        var body: [String]
        switch view {
        case .overview: body = overview(size.columns, room, paint)
        case .campaign, .worker: body = detailText(size.columns, paint)
        case .help: body = Self.keys
        }
        if body.count > room { body = Array(body.prefix(room - 1)) + ["…"] }
        body += Array(repeating: "", count: room - body.count)
        return head + body + foot
    }

    private func heading(_ width: Int, _ paint: Paint) -> [String] {
        let workers = all(.workers).filter { $0["silence_ms"] != .null }
        let sum = { (key: String) in workers.reduce(Int64(0)) { $0 + ($1[key].integer ?? 0) } }
        let live = all(.campaigns).count { !hasEnded($0) }
        var parts = [
            "\(counted(all(.campaigns).count, "campaign")), \(live) live",
            counted(workers.count, "worker"),
            "\(grouped(sum("running")))/\(grouped(sum("slots"))) slots busy",
        ]
        if let perSecond, perSecond > 0 { parts.append("\(rate(perSecond)) results") }
        var about = ["up \(duration(status["uptime_seconds"].number ?? 0))"]
        if let database = status["database_ms"].number {
            about.append("database \(decimals(database, 1)) ms")
        }
        let title = isPaused ? "duet top PAUSED" : "duet top"
        let left = "\(title)  \(parts.joined(separator: ", "))"
        let right = about.joined(separator: ", ")
        let gap = width - left.displayWidth - right.displayWidth
        let line =
            gap >= 2
            ? left + String(repeating: " ", count: gap) + right : left.shortened(to: width)
        return [paint(title, .bold) + line.dropFirst(title.count), ""]
    }

    private func footing(_ width: Int, _ paint: Paint) -> [String] {
        if let typed { return ["filter: \(typed)█".shortened(to: width)] }
        if !trouble.isEmpty { return [paint(trouble.printable.shortened(to: width), .red)] }
        let keys =
            switch view {
            case .overview:
                "q quit  ? help  Tab switch  Enter open  s sort  / filter  Space pause"
            case .campaign, .worker: "q quit  ? help  Esc back  Space pause"
            case .help: "any key goes back"
            }
        let shown = filter.isEmpty ? keys : "filter \"\(filter)\" (Esc clears)  " + keys
        return [paint(shown.shortened(to: width), .dim)]
    }

    private func overview(_ width: Int, _ room: Int, _ paint: Paint) -> [String] {
        let campaigns = shown(.campaigns)
        let workers = shown(.workers)
        // Each table gets what it needs; when both are long, half of the screen.
        let spare = max(2, room - 5)
        let half = spare / 2
        let above = min(campaigns.count, max(half, spare - workers.count))
        let below = min(workers.count, spare - min(above, spare))
        return table(.campaigns, campaigns, Self.campaignColumns, above, width, paint) + [""]
            + table(.workers, workers, Self.workerColumns, below, width, paint)
    }

    /// A title, a header, and the rows around the selected one.
    private func table(
        _ pane: Pane, _ rows: [Value], _ columns: [Column], _ room: Int, _ width: Int,
        _ paint: Paint
    ) -> [String] {
        let isActive = pane == self.pane
        let name = pane == .campaigns ? "Campaigns" : "Workers"
        let place = rows.firstIndex { $0["name"].plain == selection(pane) } ?? 0
        let first = max(0, min(place - room / 2, rows.count - room))
        let some = Array(rows.dropFirst(first).prefix(room))
        let more = rows.count > some.count ? ", \(some.count) of \(rows.count) shown" : ""
        let title = "\(isActive ? "▸" : " ") \(name) by \(sortWords(pane))\(more)".shortened(
            to: width)
        if rows.isEmpty {
            let none =
                pane == .campaigns
                ? "none; `duet campaign submit FILE` submits one"
                : "none; `duet worker start` runs one"
            return [
                paint(title, .bold), "  " + (filter.isEmpty ? none : "none matches the filter"),
            ]
        }
        let lines = tableLines(columns, some, width: width - 2, paint: paint)
        let plain = tableLines(columns, some, width: width - 2, paint: Paint(isOn: false))
        let body = lines.enumerated().map { index, line -> String in
            guard isActive, index > 0, first + index - 1 == place else { return "  " + line }
            return paint("> " + plain[index].padded(to: width - 2), .inverse)
        }
        return [paint(title, .bold)] + body
    }

    private func sortWords(_ pane: Pane) -> String {
        let key = sortKey(pane)
        let name = key.drop { $0 == "-" }
        let column = (pane == .campaigns ? Self.campaignColumns : Self.workerColumns)
            .first { $0.key == name }
        return (column?.header.lowercased() ?? String(name)) + (key.hasPrefix("-") ? " ↓" : "")
    }

    private func detailText(_ width: Int, _ paint: Paint) -> [String] {
        guard detail != .null else { return ["asking the coordinator …"] }
        let text: String
        switch view {
        case .campaign(let name):
            guard let row = all(.campaigns).first(where: { $0["name"].plain == name }) else {
                return ["campaign \(name) is not there any more".shortened(to: width)]
            }
            var progress = CampaignProgress()
            progress.update(row, at: 0)
            let bars = ProgressBars(width: width - 2, paint: paint).lines(progress.bars)
            var speed: [String] = []
            if let perSecond = row["rate"].number, perSecond > 0 { speed.append(rate(perSecond)) }
            if let left = row["eta"].number { speed.append("ETA \(remaining(left))") }
            let words =
                ["  " + activity(row)]
                + (speed.isEmpty ? [] : ["  " + speed.joined(separator: ", ")])
            return (words + bars.map { "  " + $0 } + [""])
                + whyText(detail, width: width, paint).split(
                    separator: "\n", omittingEmptySubsequences: false
                )
                .map { String($0) }
        case .worker: text = workerText(detail, width: width, paint)
        default: text = ""
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    private static let keys = [
        "Tab           campaigns or workers",
        "↑ ↓ j k       move; PgUp, PgDn, Home and End too",
        "Enter →       open the campaign or worker: why it waits, what it does",
        "Esc ←         back; in the overview, clear the filter",
        "s S           sort by the next column, or the one before",
        "/             show only names and states that hold a text; Enter keeps it",
        "Space p       pause the screen, and go on",
        "q Ctrl-C      quit; nothing of the work is touched",
        "",
        "RATE and ETA look back over the last 30 seconds.",
    ]

    fileprivate static let campaignColumns: [Column] = [
        Column("name", "NAME", importance: 10, floor: 12),
        Column("state", "STATE", importance: 9).coloured { stateColour($0["state"].plain) },
        Column("priority", "PRIORITY", .count, importance: 1),
        Column("progress", "PROGRESS", importance: 8).shown { meter($0["progress"].number) },
        Column("tasks.completed", "DONE", .count, importance: 7),
        Column("tasks.total", "TASKS", .count, importance: 6),
        Column("tasks.failed", "FAILED", .count, importance: 7)
            .coloured { ($0.at("tasks.failed").integer ?? 0) > 0 ? .red : nil },
        Column("running", "RUNNING", .count, importance: 5),
        Column("rate", "RATE", .decimals(1), importance: 8).shown { row in
            row["rate"].number.map { rate($0) } ?? ""
        },
        Column("eta", "ETA", .seconds, importance: 8).shown { row in
            row["eta"].number.map { remaining($0) } ?? ""
        },
    ]

    fileprivate static let workerColumns: [Column] = [
        Column("name", "NAME", importance: 10, floor: 12),
        Column("state", "STATE", importance: 9)
            .shown(workerState).coloured { stateColour(workerState($0)) },
        Column("running", "SLOTS", .count, importance: 9).shown { row in
            "\(row["running"].plain)/\(row["slots"].plain)"
        },
        Column("prefetched", "QUEUED", .count, importance: 4),
        Column("resident", "MODELS", importance: 7, floor: 10).shown { row in
            let loading = row["loading"].list.map { $0.plain + " (loading)" }
            return (row["resident"].list.map(\.plain) + loading).joined(separator: ", ").printable
        },
        Column("rate", "RATE", .decimals(1), importance: 8).shown { row in
            row["rate"].number.map { rate($0) } ?? ""
        },
        Column("completed", "DONE", .count, importance: 6),
        Column("failed", "FAILED", .count, importance: 6)
            .coloured { ($0["failed"].integer ?? 0) > 0 ? .red : nil },
        Column("node", "NODE", importance: 3, floor: 8),
    ]
}

/// A short bar with its per cent: `█████░░░░░  52%`.
private func meter(_ part: Double?) -> String {
    guard let part else { return "" }
    let cells = Int(part * 10)
    return String(repeating: "█", count: cells) + String(repeating: "░", count: 10 - cells)
        + " " + "\(Int(part * 100))%".padded(to: 4, right: true)
}
