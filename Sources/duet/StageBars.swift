import Console
import Linux

/// Bars of work that this process does itself: drawn on a terminal, absent where nobody looks.
struct StageBars {
    private var stages: [Stage]
    private var meters: [RateMeter]
    private var live = LiveLines()
    private var nextDraw: Int64 = 0
    private let isLive = Terminal.isTerminal(Terminal.error)
    private let bars = ProgressBars(
        width: Terminal.listingColumns, paint: Paint(for: Terminal.error))

    init(_ totals: [(name: String, total: Int)]) {
        stages = totals.map { Stage(name: $0.name, done: 0, failed: 0, total: Int64($0.total)) }
        meters = stages.map { _ in RateMeter() }
    }

    /// One more of a stage is done.
    mutating func advance(_ index: Int) {
        stages[index].done += 1
        let now = Clock.monotonic
        guard isLive, now >= nextDraw else { return }
        nextDraw = now + 100_000_000
        meters[index].add(stages[index].done, at: Double(now) / 1e9)
        stages[index].perSecond = meters[index].perSecond
        stages[index].secondsLeft = meters[index].secondsUntil(
            stages[index].total - stages[index].done)
        draw()
    }

    /// Draws the bars as they are at the end.
    mutating func end() {
        if isLive { draw() }
    }

    private mutating func draw() {
        Terminal.write(live.text(of: bars.lines(stages)), to: Terminal.error)
    }
}
