import Media
import TemporaryFolders
import Testing

@Test func aConvertedClipIsWhatAReaderGives() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("clip.mkv")
    let size = PictureSize(width: 40, height: 30)
    var video = VideoClip(size: size, rate: try #require(Rate(24)))
    for index in 0..<24 {
        video.bytes += (0..<size.area * 3).map { UInt8(truncatingIfNeeded: $0 * 7 + index * 31) }
    }
    let samples = (0..<2 * 22050).map { Float(($0 * 37) % 101) / 202 }
    let clip = MediaClip(
        video: video, audio: AudioClip(sampleRate: 22050, channels: 2, samples: samples))
    try clip.write(path, .mkv)
    let stored = try MediaClip.read(path)
    let (target, rate) = (PictureSize(width: 16, height: 16), try #require(Rate(10)))
    let asked = try MediaClip.read(
        path, as: MediaRequest(rate: rate, size: target, sampleRate: 16000, channels: 1))
    #expect(stored.video?.converted(to: target, rate: rate) == asked.video)
    let sound = try #require(stored.audio).converted(toMonoAt: 16000)
    let wanted = try #require(asked.audio)
    #expect(sound.count == wanted.count)
    #expect(zip(sound.samples, wanted.samples).allSatisfy { abs($0 - $1) < 1e-6 })
}
