import Words

/// Measures how fast a number grows, over the last half minute.
public struct RateMeter: Sendable {
    private var samples: [(seconds: Double, count: Int64)] = []

    /// Seconds that a rate looks back.
    public static let window = 30.0

    /// Makes one that has seen nothing.
    public init() {}

    /// Takes the number at a time; one that shrank begins anew.
    public mutating func add(_ count: Int64, at seconds: Double) {
        if let last = samples.last, count < last.count || seconds < last.seconds { samples = [] }
        samples.append((seconds, count))
        // One sample from before the window stays, so that the window is covered.
        while samples.count > 2, samples[1].seconds <= seconds - Self.window {
            samples.removeFirst()
        }
    }

    /// How much it grows in a second; nil before there are two samples apart.
    public var perSecond: Double? {
        guard let first = samples.first, let last = samples.last,
            last.seconds - first.seconds > 0.05
        else { return nil }
        return Double(last.count - first.count) / (last.seconds - first.seconds)
    }

    /// Seconds until so many more; nil while nothing moves.
    public func secondsUntil(_ more: Int64) -> Double? {
        guard more > 0 else { return 0 }
        return perSecond.flatMap { $0 > 0 ? Double(more) / $0 : nil }
    }
}

/// One stage of something long.
public struct Stage: Hashable, Sendable {
    /// What is done in it.
    public var name: String
    /// How much of it has ended well.
    public var done: Int64
    /// How much of it has ended badly.
    public var failed: Int64
    /// How much of it will never be done.
    public var dropped: Int64
    /// All of it.
    public var total: Int64
    /// How much ends in a second; nil when nobody knows yet.
    public var perSecond: Double?
    /// Seconds until its end; nil when nobody knows.
    public var secondsLeft: Double?

    /// Makes a stage.
    public init(
        name: String, done: Int64, failed: Int64, dropped: Int64 = 0, total: Int64,
        perSecond: Double? = nil, secondsLeft: Double? = nil
    ) {
        self.name = name
        self.done = done
        self.failed = failed
        self.dropped = dropped
        self.total = total
        self.perSecond = perSecond
        self.secondsLeft = secondsLeft
    }

    /// How much of it has ended, one way or another.
    public var ended: Int64 { done + failed + dropped }

    /// The part that has ended, in per cent; rounded down, so that 100 means all.
    public var percent: Int { total > 0 ? Int(Double(ended) / Double(total) * 100) : 0 }
}

/// Bars for a terminal and lines for a log, from the same stages.
public struct ProgressBars: Sendable {
    private let paint: Paint
    private let width: Int

    /// Makes bars that fit a width.
    public init(width: Int, paint: Paint) {
        self.width = width
        self.paint = paint
    }

    /// A line with a bar for each stage.
    public func lines(_ stages: [Stage]) -> [String] {
        let names = stages.map(\.name.displayWidth).max() ?? 0
        let numbers = stages.map(numbers)
        let widest = numbers.map(\.displayWidth).max() ?? 0
        let tails = stages.map(tail)
        let tail = tails.map(\.displayWidth).max() ?? 0
        let room = max(5, min(40, width - names - widest - tail - 12))
        return stages.indices.map { index in
            let stage = stages[index]
            var line = stage.name.padded(to: names) + "  " + bar(stage, room)
            line += " " + "\(stage.percent)%".padded(to: 4, right: true)
            line += "  " + numbers[index].padded(to: widest, right: true)
            return tails[index].isEmpty ? line : line + "  " + tails[index]
        }
    }

    /// A line for a log, without a bar.
    public func line(_ title: String, _ stages: [Stage]) -> String {
        let parts = stages.map { stage in
            let tail = tail(stage)
            return "\(stage.name) \(numbers(stage))" + (tail.isEmpty ? "" : " (\(tail))")
        }
        return "\(title): " + parts.joined(separator: ", ")
    }

    private func bar(_ stage: Stage, _ room: Int) -> String {
        guard stage.total > 0 else { return String(repeating: "░", count: room) }
        let cells = { (count: Int64) in Int(Double(count) / Double(stage.total) * Double(room)) }
        let ended = min(room, cells(stage.ended))
        let bad = stage.failed + stage.dropped
        // What failed is seen even where it is little.
        let failed = bad > 0 ? min(ended, max(1, cells(bad))) : 0
        return paint(String(repeating: "█", count: ended - failed), .green)
            + paint(String(repeating: "▓", count: failed), .red)
            + paint(String(repeating: "░", count: room - ended), .dim)
    }

    private func numbers(_ stage: Stage) -> String {
        let failed = stage.failed > 0 ? ", \(grouped(stage.failed)) failed" : ""
        let dropped = stage.dropped > 0 ? ", \(grouped(stage.dropped)) dropped" : ""
        return "\(grouped(stage.done))/\(grouped(stage.total))\(failed)\(dropped)"
    }

    private func tail(_ stage: Stage) -> String {
        if stage.ended >= stage.total { return "" }
        var parts: [String] = []
        if let rate = stage.perSecond, rate > 0 { parts.append(Console.rate(rate)) }
        if let left = stage.secondsLeft { parts.append("ETA \(remaining(left))") }
        return parts.joined(separator: "  ")
    }
}

/// Lines at the bottom of a terminal that are drawn over again and again.
public struct LiveLines {
    private var drawn = 0

    /// Makes a region of no lines.
    public init() {}

    /// The text that puts new lines in the place of the old ones.
    public mutating func text(of lines: [String]) -> String {
        let back = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        drawn = lines.count
        return back + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }
}
