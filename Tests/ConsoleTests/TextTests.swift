import Testing

@testable import Console

@Test(arguments: [
    ("abc", 3), ("犬", 2), ("e\u{301}", 1), ("🎬", 2), ("👩‍🚀", 2), ("한글", 4), ("", 0), ("\u{200B}", 0),
    ("é", 1), ("…", 1), ("█", 1), ("ﾊ", 1),
])
func aTextTakesTheColumnsOfATerminal(text: String, width: Int) {
    #expect(text.displayWidth == width)
}

@Test(arguments: [
    ("bouncing", 8, "bouncing"), ("bouncing", 5, "boun…"), ("犬が吠える", 6, "犬が…"),
    ("犬が吠える", 5, "犬が…"), ("abc", 1, "…"), ("abc", 0, ""),
])
func aLongTextIsCutWithAnEllipsis(text: String, width: Int, shortened: String) {
    #expect(text.shortened(to: width) == shortened)
}

@Test func whatWouldMoveTheCursorIsNotPrinted() {
    #expect("a\u{1B}[2Jb\nc\u{9B}d".printable == "a[2Jb cd")
}

@Test(arguments: [
    (0.34, "340ms"), (4.23, "4.2s"), (7, "7s"), (59.6, "1m00s"), (125, "2m05s"), (12_000, "3h20m"),
    (367_200, "4d06h"), (0, "0ms"),
])
func secondsAreReadInTwoUnits(seconds: Double, text: String) {
    #expect(duration(seconds) == text)
}

@Test(arguments: [
    (Int64(0), "0B"), (512, "512B"), (80 << 30, "80GiB"), (3 << 39, "1.5TiB"),
    (1_500_000, "1.4MiB"),
])
func bytesAreReadAsSizes(bytes: Int64, text: String) {
    #expect(byteSize(bytes) == text)
}

@Test func ratesAndDecimalsAreShort() {
    #expect(rate(41_347) == "41 347/s")
    #expect(rate(0.25) == "0.25/s")
    #expect(decimals(-0.0004) == "0.000")
}

@Test func aFailureBreaksBetweenWordsAndKeepsCommandsWhole() {
    let text = problemText(
        "there is no campaign nine; `duet campaign list` shows all of them\nsecond line",
        program: "duet", width: 40, paint: Paint(isOn: false))
    #expect(
        text == """
            duet: there is no campaign nine;
              `duet campaign list` shows all of
              them
              second line

            """)
}

@Test func withoutColourNothingIsPainted() {
    #expect(Paint(isOn: false)("failed", .red) == "failed")
    #expect(Paint(isOn: true)("failed", .red) == "\u{1B}[31mfailed\u{1B}[0m")
    #expect(
        Paint(isOn: true).commands("type `duet top` now").contains("\u{1B}[36mduet top\u{1B}[0m"))
}
