import Testing

@testable import Media

/// Returns which picture each slot shows, for pictures at the given times in milliseconds.
private func slots(_ times: [Int64], end: Int64, rate: Rate) -> [Int] {
    var timing = PictureTiming(rate: rate)
    func at(_ ticks: Int64) -> MediaTime {
        MediaTime(ticks: ticks, numerator: 1, denominator: 1000)
    }
    var shown: [Int] = []
    for (index, time) in times.enumerated() {
        shown += Array(repeating: index - 1, count: timing.slotsBefore(at(time)))
    }
    return shown + Array(repeating: times.count - 1, count: timing.slotsUntil(end: at(end)))
}

@Test func picturesAtTheWantedRateStayThoughTheContainerRoundsTheirTimes() throws {
    for rate in [Rate(16), Rate(24), Rate(25), Rate(30), Rate(24000, 1001), Rate(60)] {
        let rate = try #require(rate)
        let times = (0...120).map { Int64((Double($0) * 1000 / rate.perSecond).rounded()) }
        let shown = slots(Array(times.dropLast()), end: times[120], rate: rate)
        #expect(shown == Array(0..<120), "\(rate)")
    }
}

@Test func aSlotShowsWhatIsOnTheScreenInItsMiddle() throws {
    let ten = try #require(Rate(10))
    // Slots of 100 ms with middles at 50, 150, 250 …
    #expect(slots([0, 30, 60, 260, 270], end: 500, rate: ten) == [1, 2, 2, 4, 4])
    #expect(slots([0, 500], end: 600, rate: ten) == [0, 0, 0, 0, 0, 1])
    // The first picture is there from the beginning, and a clip has at least one slot.
    #expect(slots([220], end: 300, rate: ten) == [0, 0, 0])
    #expect(slots([0], end: 10, rate: ten) == [0])
    // Half the rate: every second picture.
    let times = (0..<10).map { Int64($0 * 50) }
    #expect(slots(times, end: 500, rate: ten) == [0, 2, 4, 6, 8])
    // Times that go back show nothing in between.
    #expect(slots([0, 200, 100, 300], end: 400, rate: ten) == [0, 0, 2, 3])
}

@Test func timesThatNoClipHasDoNotOverflow() throws {
    let ten = try #require(Rate(10))
    for ticks in [Int64.min, .min + 1, .max - 1, .max] {
        var timing = PictureTiming(rate: ten)
        let time = MediaTime(ticks: ticks, numerator: .max, denominator: 1)
        _ = timing.slotsBefore(time)
        _ = timing.slotsBefore(time)
        _ = timing.slotsUntil(end: time.advanced(by: .max))
        var sound = SoundTiming(sampleRate: 48000)
        _ = sound.place(time, count: 100)
        _ = sound.place(MediaTime(ticks: 0, numerator: 1, denominator: 1), count: 100)
    }
}

@Test func soundIsPutOnTheClockOfThePictures() {
    func time(_ samples: Int64) -> MediaTime {
        MediaTime(ticks: samples, numerator: 1, denominator: 1000)
    }
    var sound = SoundTiming(sampleRate: 1000)
    #expect(sound.place(time(-30), count: 20) == .take(silence: 0, dropped: 20))
    #expect(sound.place(time(-10), count: 20) == .take(silence: 0, dropped: 10))
    #expect(sound.place(time(13), count: 20) == .take(silence: 0, dropped: 0))
    #expect(sound.place(nil, count: 20) == .take(silence: 0, dropped: 0))
    #expect(sound.place(time(250), count: 20) == .take(silence: 200, dropped: 0))
    #expect(sound.end == 270)
    #expect(sound.place(time(100), count: 20) == .goesBack(seconds: 0.17))
    var late = SoundTiming(sampleRate: 1000)
    #expect(late.place(time(40), count: 20) == .take(silence: 40, dropped: 0))
}

@Test(arguments: [
    ("24", "24"), ("30000/1001", "30000/1001"), ("23.976", "2997/125"), ("32/2", "16"),
    ("0", nil), ("-3", nil), ("1/0", nil), ("fast", nil), ("nan", nil), ("1e300", nil),
])
func aRateIsReadFromText(text: String, rate: String?) {
    #expect(Rate(text: text)?.description == rate)
}
