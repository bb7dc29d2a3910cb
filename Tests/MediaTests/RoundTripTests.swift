import CFFmpeg
import Glibc
import TemporaryFolders
import Golden
import Testing

@testable import Media

private let sixteen = Rate(text: "16") ?? .usual

@Test(arguments: [(PictureSize(width: 48, height: 32), 2), (PictureSize(width: 37, height: 23), 1)])
func matroskaReturnsEveryByteAndSample(size: PictureSize, channels: Int) throws {
    let folder = try TemporaryFolder()
    var clip = testClip(size, rate: sixteen, pictures: 20, sampleRate: 16000, channels: channels)
    let samples = clip.audio?.samples ?? []
    clip.audio?.samples = onGrid(samples, bits: 24)
    try clip.write(folder.file("a.mkv"), .mkv)
    #expect(try MediaClip.read(folder.file("a.mkv")) == clip)
    #expect(folder.names() == ["a.mkv"])
}

@Test func mp4ReturnsTheSameMomentsNearlyTheSame() throws {
    let folder = try TemporaryFolder()
    let size = PictureSize(width: 96, height: 64)
    let clip = testClip(size, rate: sixteen, pictures: 33, sampleRate: 16000)
    try clip.write(folder.file("a.mp4"), .mp4)
    let back = try MediaClip.read(folder.file("a.mp4"))
    #expect(back.video?.rate == sixteen)
    #expect(back.video?.count == 33)
    #expect(back.audio?.count == clip.audio?.count)
    for index in [0, 16, 32] {
        let (a, b) = (clip.video?[index], back.video?[index])
        #expect(distance(try #require(a), try #require(b)) < 4)
    }
    let gaps = zip(clip.audio?.samples ?? [], back.audio?.samples ?? []).map { abs($0 - $1) }
    #expect(gaps.reduce(0, +) / Float(gaps.count) < 0.01)
}

@Test(arguments: SoundFormat.allCases)
func soundFilesReturnEverySample(format: SoundFormat) throws {
    let folder = try TemporaryFolder()
    let bits = format == .flac24 ? 24 : 16
    var samples = onGrid(bell(sampleRate: 22050, seconds: 0.2), bits: bits)
    if format == .wavFloat { samples = samples.map { $0 * 1.7 } }
    let clip = AudioClip(sampleRate: 22050, channels: 2, samples: samples)
    try clip.write(folder.file("a.bin"), format)
    let back = try MediaClip.read(folder.file("a.bin"))
    #expect(back.audio == clip)
    #expect(back.video == nil)
}

/// Codecs of clips in the wild; each is coded by this FFmpeg and read back.
private let codecs: [(container: String, video: EncodingPlan.Codec, audio: EncodingPlan.Codec)] = [
    (
        "mov",
        .init(
            name: "libx265", format: "yuv420p",
            options: ["x265-params": "log-level=none:pools=none"]),
        .init(name: "pcm_s16le", format: "s16")
    ),
    (
        "webm",
        .init(
            name: "libvpx-vp9", format: "yuv420p",
            options: ["deadline": "realtime", "cpu-used": "8"]),
        .init(name: "libopus", format: "flt")
    ),
    (
        "matroska",
        .init(
            name: "libaom-av1", format: "yuv420p", options: ["usage": "realtime", "cpu-used": "8"]),
        .init(name: "flac", format: "s16")
    ),
    ("avi", .init(name: "mjpeg", format: "yuvj420p"), .init(name: "pcm_s16le", format: "s16")),
    (
        "mpegts",
        .init(name: "libx264", format: "yuv420p", options: ["preset": "veryfast"]),
        .init(name: "aac", format: "fltp")
    ),
    ("mp4", .init(name: "mpeg4", format: "yuv420p"), .init(name: "libmp3lame", format: "fltp")),
]

@Test(arguments: codecs.indices)
func everyCommonCodecIsRead(index: Int) throws {
    let folder = try TemporaryFolder()
    let (container, video, audio) = codecs[index]
    let plan = EncodingPlan(container: container, video: video, audio: audio)
    let size = PictureSize(width: 64, height: 48)
    let rate = try #require(Rate(25))
    let clip = testClip(size, rate: rate, pictures: 25, sampleRate: 48000, channels: 2)
    let path = folder.file("a.\(container)")
    try write(clip, path, plan)
    let back = try MediaClip.read(path, as: MediaRequest(rate: rate))
    #expect(back.video?.size == size)
    #expect(back.video?.count == 25)
    for index in [0, 12, 24] {
        let (a, b) = (clip.video?[index], back.video?[index])
        #expect(distance(try #require(a), try #require(b)) < 10, "picture \(index)")
    }
    // Sound may be padded at the end, and begins within 10 ms of where it began.
    let (sent, got) = (clip.audio?.mono ?? [], back.audio?.mono ?? [])
    #expect((sent.count - 480...sent.count + 3000).contains(got.count), "\(got.count)")
    let lag = stride(from: -1600, through: 1600, by: 16).min {
        gap(sent, got, $0) < gap(sent, got, $1)
    }
    #expect(abs(lag ?? 9999) <= 480, "the sound is late by \(lag ?? 0) samples")
}

@Test(arguments: [90, 180, 270])
func aTurnedClipIsShownUpright(degrees: Int) throws {
    let folder = try TemporaryFolder()
    var plan = EncodingPlan.mp4
    plan.rotation = degrees
    let clip = testClip(
        PictureSize(width: 64, height: 32), rate: sixteen, pictures: 4, sampleRate: 16000)
    try write(clip, folder.file("a.mp4"), plan)
    let reader = try MediaReader(folder.file("a.mp4"))
    #expect(reader.description.video?.rotation == degrees)
    let back = try MediaClip.read(folder.file("a.mp4"))
    let picture = try #require(back.video?[0])
    let turned = degrees != 180
    #expect(picture.size == PictureSize(width: turned ? 32 : 64, height: turned ? 64 : 32))
    // The bright corner, stored on the upper left, goes round with the clock.
    let right = degrees == 90 || degrees == 180
    let bottom = degrees == 180 || degrees == 270
    let x = right ? picture.size.width - 3 : 2
    let y = bottom ? picture.size.height - 3 : 2
    #expect(picture.bytes[(y * picture.size.width + x) * 3] > 230)
}

@Test func aClipOfChangingRateKeepsItsTimes() throws {
    let folder = try TemporaryFolder()
    let size = PictureSize(width: 32, height: 32)
    let path = folder.file("a.mkv")
    let format = VideoFormat(size: size, rate: sixteen)
    var writer = try MediaWriter(
        path, .matroska, video: format, audio: nil, tick: AVRational(num: 1, den: 1000))
    let times: [Int64] = [0, 40, 400, 430, 900]
    for (number, time) in times.enumerated() {
        try writer.append(testPicture(size, number: number * 3), at: time)
    }
    try writer.finish()
    let back = try MediaClip.read(path, as: MediaRequest(rate: Rate(10)))
    let video = try #require(back.video)
    let shown = (0..<min(video.count, 10)).map { index in
        times.indices.first { testPicture(size, number: $0 * 3) == video[index] }
    }
    #expect(shown == [1, 1, 1, 1, 3, 3, 3, 3, 3, 4])
}

@Test func rateSizeAndSoundComeAsAsked() throws {
    let folder = try TemporaryFolder()
    let clip = testClip(
        PictureSize(width: 80, height: 40), rate: try #require(Rate(30000, 1001)), pictures: 30,
        sampleRate: 44100, channels: 2)
    try clip.write(folder.file("a.mkv"), .mkv)
    let request = MediaRequest(
        rate: Rate(8), size: PictureSize(width: 16, height: 32), sampleRate: 16000, channels: 1)
    let back = try MediaClip.read(folder.file("a.mkv"), as: request)
    #expect(back.video?.size == request.size)
    #expect(back.video?.count == 8)
    #expect(back.audio?.channels == 1)
    #expect(back.audio?.sampleRate == 16000)
    let expected = resample(clip.audio?.mono ?? [], from: 44100, to: 16000)
    #expect(difference(back.audio?.samples ?? [], expected, atol: 1e-6) == nil)
    var silent = request
    silent.wantsAudio = false
    #expect(try MediaClip.read(folder.file("a.mkv"), as: silent).audio == nil)
}

/// Writes a clip with any codecs.
func write(_ clip: MediaClip, _ path: String, _ plan: EncodingPlan) throws {
    let video = clip.video.map { VideoFormat(size: $0.size, rate: $0.rate) }
    let tick = video.map {
        AVRational(num: Int32($0.rate.denominator), den: Int32($0.rate.numerator))
    }
    var writer = try MediaWriter(
        path, plan, video: video,
        audio: clip.audio.map { AudioFormat(sampleRate: $0.sampleRate, channels: $0.channels) },
        tick: tick)
    for index in 0..<(clip.video?.count ?? 0) {
        if let video = clip.video { try writer.append(video[index]) }
    }
    try writer.append(clip.audio?.samples ?? [])
    try writer.finish()
}

/// How far two sounds are apart when the second is `lag` samples late, on every eighth sample.
private func gap(_ a: [Float], _ b: [Float], _ lag: Int) -> Float {
    stride(from: 2000, to: 20000, by: 8).reduce(0) { $0 + abs(a[$1] - b[$1 + lag]) }
}
