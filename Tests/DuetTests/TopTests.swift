import Console
import Testing

@testable import duet

private func campaign(
    _ id: Int64, _ name: String, _ state: String, done: Int64, failed: Int64 = 0, of total: Int64
) -> Value {
    let counts = Value.object([
        .init("total", .integer(total)), .init("completed", .integer(done)),
        .init("failed", .integer(failed)),
    ])
    return .object([
        .init("id", .integer(id)), .init("name", .text(name)), .init("state", .text(state)),
        .init("priority", .integer(0)), .init("running", .integer(2)), .init("tasks", counts),
        .init("kinds", .object([.init("score", counts)])),
    ])
}

private func worker(_ name: String, running: Int64, done: Int64) -> Value {
    .object([
        .init("id", .integer(1)), .init("name", .text(name)), .init("state", .text("ready")),
        .init("node", .text("node-1")), .init("running", .integer(running)),
        .init("slots", .integer(2)), .init("prefetched", .integer(1)),
        .init("resident", .list([.text("javisdit-pp@1.0")])), .init("completed", .integer(done)),
        .init("failed", .integer(0)), .init("silence_ms", .integer(12)),
    ])
}

/// A cluster that was looked at twice, ten seconds apart.
private func model() -> TopModel {
    var model = TopModel()
    for (seconds, done) in [(0.0, Int64(100)), (10, 225)] {
        model.update(
            campaigns: [
                campaign(1, "finished", "completed", done: 50, of: 50),
                campaign(2, "avdpo-r1", "running", done: done, failed: 5, of: 1000),
                campaign(3, "waiting", "paused", done: 0, of: 10),
            ],
            workers: [
                worker("gpu-1", running: 2, done: done), worker("gpu-2", running: 0, done: 0),
                worker("coordinator", running: 0, done: 0),
            ],
            status: .object([
                .init("completed", .integer(done)), .init("uptime_seconds", .number(3720)),
                .init("database_ms", .number(0.84)),
            ]), at: seconds)
    }
    return model
}

private func screen(_ model: TopModel, columns: Int = 100, rows: Int = 16) -> [String] {
    model.lines(.init(columns: columns, rows: rows), paint: Paint(isOn: false))
}

@Test func topShowsCampaignsAboveAndWorkersBelow() {
    let expected = """
        duet top  3 campaigns, 2 live, 2 workers, 2/4 slots busy, 12.5/s results

        ▸ Campaigns by state
          NAME      STATE      PROGRESS         DONE  TASKS  FAILED  RUNNING    RATE    ETA
        > avdpo-r1  running    ██░░░░░░░░  23%   225   1000       5        2  12.5/s  1m02s
          waiting   paused     ░░░░░░░░░░   0%     0     10       0        2     0/s
          finished  completed  ██████████ 100%    50     50       0        2

          Workers by name
          NAME   STATE  SLOTS  QUEUED  MODELS             RATE  DONE  FAILED  NODE
          gpu-1  ready    2/2       1  javisdit-pp@1.0  12.5/s   225       0  node-1
          gpu-2  ready    0/2       1  javisdit-pp@1.0     0/s     0       0  node-1



        q quit  ? help  Tab switch  Enter open  s sort  / filter  Space pause
        """
    let lines = screen(model(), columns: 88).map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
    }
    #expect(lines.joined(separator: "\n") == expected)
}

@Test func theRightOfTheFirstLineTellsOfTheCoordinatorWhereThereIsRoom() {
    #expect(screen(model())[0].hasSuffix("up 1h02m, database 0.8 ms"))
}

@Test(arguments: [40, 64, 80, 100, 200], [4, 8, 16, 60])
func topFillsTheScreenAndNeverMore(columns: Int, rows: Int) {
    for keys in [[], [Key.character("?")], [.enter], [.tab, .enter], [.character("/")]] as [[Key]] {
        var model = model()
        for key in keys { _ = model.handle(key) }
        let lines = screen(model, columns: columns, rows: rows)
        #expect(lines.count == rows)
        if keys != [.character("?")] {
            for line in lines { #expect(line.displayWidth <= columns, "\(line)") }
        }
    }
}

@Test func keysMoveTheSelectionAndOpenWhatIsSelected() {
    var model = model()
    #expect(model.selection(.campaigns) == "avdpo-r1")
    #expect(model.handle(.down) == .nothing)
    #expect(model.selection(.campaigns) == "waiting")
    #expect(model.handle(.enter) == .ask)
    #expect(model.view == .campaign("waiting"))
    model.update(
        detail: .object([
            .init("campaign", .text("waiting")), .init("state", .text("paused")),
            .init(
                "sentences",
                .list([.text("It was paused; `duet campaign resume waiting` goes on.")])),
        ]))
    #expect(screen(model).contains { $0.contains("It was paused; `duet campaign resume waiting`") })
    #expect(model.handle(.escape) == .ask)
    #expect(model.view == .overview)
    _ = model.handle(.tab)
    _ = model.handle(.end)
    #expect(model.handle(.enter) == .ask)
    #expect(model.view == .worker("gpu-2"))
}

@Test func aTypedFilterKeepsOnlyWhatHoldsTheText() {
    var model = model()
    for key in [Key.character("/"), .character("G"), .character("x"), .backspace] {
        #expect(model.handle(key) == .nothing)
    }
    #expect(screen(model).last?.hasPrefix("filter: G") == true)
    _ = model.handle(.enter)
    #expect(model.shown(.workers).count == 2)
    _ = model.handle(.escape)
    #expect(model.shown(.campaigns).count == 3)
}

@Test func sortingTurnsThroughTheColumns() {
    var model = model()
    var seen: Set<String> = []
    for _ in 0..<7 {
        seen.insert(model.sortKey(.campaigns))
        _ = model.handle(.character("s"))
    }
    #expect(seen.count == 7)
    #expect(model.sortKey(.campaigns) == "state")
    for _ in 0..<3 { _ = model.handle(.character("s")) }
    #expect(model.sortKey(.campaigns) == "-rate")
    #expect(model.selection(.campaigns) == "avdpo-r1")
    _ = model.handle(.character("S"))
    #expect(model.sortKey(.campaigns) == "name")
}

@Test func pausingStopsTheLookingAndQuittingEndsIt() {
    var model = model()
    #expect(model.handle(.character(" ")) == .nothing)
    #expect(model.isPaused)
    #expect(screen(model)[0].contains("PAUSED"))
    #expect(model.handle(.character(" ")) == .ask)
    #expect(model.handle(.character("q")) == .quit)
    _ = model.handle(.character("/"))
    #expect(model.handle(.character("q")) == .nothing, "it is a letter of the filter")
    #expect(model.handle(.control("c")) == .quit)
}

@Test func aCoordinatorThatIsAwayIsSaidAtTheBottom() {
    var model = model()
    model.trouble = "no coordinator answers at ipc:///x"
    #expect(screen(model).last == "no coordinator answers at ipc:///x")
}
