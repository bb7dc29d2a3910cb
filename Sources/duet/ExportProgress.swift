import Console
import Datasets
import Linux
import Synchronization

/// What a person sees while an export runs: a bar on a terminal, else a line every ten seconds.
final class ExportProgress: Sendable {
    private struct State {
        var meter = RateMeter()
        var live = LiveLines()
        var nextAt: Int64 = 0
        var wasThere = 0
    }

    private let total: Int
    private let isSilent: Bool
    private let isLive: Bool
    private let state = Mutex(State())

    init(total: Int, isSilent: Bool) {
        self.total = total
        self.isSilent = isSilent
        isLive = Terminal.isTerminal(Terminal.error)
    }

    /// Shards that an earlier run had made.
    var wasThere: Int { state.withLock { $0.wasThere } }

    /// Notes a file that is in place.
    func note(_ file: FileProgress) {
        if file.wasThere { state.withLock { $0.wasThere += 1 } }
    }

    /// Shows how far it is, when it is time to.
    func show(_ done: Int) {
        if isSilent { return }
        let now = Clock.monotonic
        state.withLock { state in
            guard now >= state.nextAt else { return }
            let isFirst = state.nextAt == 0
            state.nextAt = now + (isLive ? 200_000_000 : 10_000_000_000)
            state.meter.add(Int64(done), at: Double(now) / 1e9)
            if isFirst { return }
            let stage = Stage(
                name: "pairs", done: Int64(done), failed: 0, total: Int64(total),
                perSecond: state.meter.perSecond,
                secondsLeft: state.meter.secondsUntil(Int64(total - done)))
            if isLive {
                let bars = ProgressBars(
                    width: Terminal.size(Terminal.error)?.columns ?? Terminal.columnsWithout,
                    paint: Paint(for: Terminal.error))
                Terminal.write(state.live.text(of: bars.lines([stage])), to: Terminal.error)
            } else {
                let bars = ProgressBars(width: 0, paint: Paint(isOn: false))
                Terminal.write(bars.line("export", [stage]) + "\n", to: Terminal.error)
            }
        }
    }

    /// Takes the bar away.
    func end() {
        guard isLive, !isSilent else { return }
        state.withLock { _ = Terminal.write($0.live.text(of: []), to: Terminal.error) }
    }
}
