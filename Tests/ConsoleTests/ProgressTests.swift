import Testing

@testable import Console

@Test func aRateLooksBackHalfAMinute() {
    var meter = RateMeter()
    #expect(meter.perSecond == nil)
    for second in 0...100 {
        meter.add(Int64(second < 50 ? second : 50 + (second - 50) * 4), at: Double(second))
    }
    #expect(meter.perSecond == 4)
    #expect(meter.secondsUntil(100) == 25)
}

@Test func aRateBeginsAnewWhenTheCountShrinks() {
    var meter = RateMeter()
    meter.add(1000, at: 0)
    meter.add(0, at: 1)
    #expect(meter.perSecond == nil)
    meter.add(10, at: 2)
    #expect(meter.perSecond == 10)
}

@Test func nothingThatStandsStillHasAnEnd() {
    var meter = RateMeter()
    meter.add(5, at: 0)
    meter.add(5, at: 10)
    #expect(meter.secondsUntil(1) == nil)
    #expect(meter.secondsUntil(0) == 0)
}

private let stages = [
    Stage(name: "generate", done: 300, failed: 0, total: 300),
    Stage(
        name: "score", done: 700, failed: 12, dropped: 88, total: 1600, perSecond: 12.5,
        secondsLeft: 63.2),
    Stage(name: "rank", done: 0, failed: 0, total: 1),
]

@Test func eachStageHasABarWithRateAndTimeLeft() {
    let lines = ProgressBars(width: 90, paint: Paint(isOn: false)).lines(stages)
    #expect(
        lines == [
            "generate  █████████████████████ 100%                           300/300",
            "score     █████████▓░░░░░░░░░░░  50%  "
                + "700/1 600, 12 failed, 88 dropped  12.5/s  ETA 1m04s",
            "rank      ░░░░░░░░░░░░░░░░░░░░░   0%                               0/1",
        ])
}

@Test(arguments: 60...200)
func barsFitTheTerminal(width: Int) {
    for line in ProgressBars(width: width, paint: Paint(isOn: false)).lines(stages) {
        #expect(line.displayWidth <= max(width, 80))
    }
}

@Test func aLogGetsOneLineWithoutBars() {
    let line = ProgressBars(width: 0, paint: Paint(isOn: false)).line("first running", stages)
    #expect(
        line == "first running: generate 300/300, score 700/1 600, 12 failed, 88 dropped "
            + "(12.5/s  ETA 1m04s), rank 0/1")
}

@Test func aHundredPerCentMeansAll() {
    #expect(Stage(name: "a", done: 99_999, failed: 0, total: 100_000).percent == 99)
    #expect(Stage(name: "a", done: 99_999, failed: 1, total: 100_000).percent == 100)
}

@Test func linesAreDrawnOverTheOldOnes() {
    var live = LiveLines()
    #expect(live.text(of: ["a", "b"]) == "a\u{1B}[K\nb\u{1B}[K\n\u{1B}[J")
    #expect(live.text(of: ["c"]) == "\u{1B}[2Ac\u{1B}[K\n\u{1B}[J")
}
