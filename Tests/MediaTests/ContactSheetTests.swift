import TemporaryFolders
import Testing

@testable import Media

@Test func aSheetShowsEachPictureOverItsTime() throws {
    // Two seconds: red in the first, blue in the second; sound in the second only.
    let folder = try TemporaryFolder()
    let rate = try #require(Rate(10))
    let size = PictureSize(width: 64, height: 64)
    var video = VideoClip(size: size, rate: rate)
    for number in 0..<20 {
        let (red, blue): (UInt8, UInt8) = number < 10 ? (200, 0) : (0, 200)
        video.bytes += Picture(size: size, red: red, green: 0, blue: blue).bytes
    }
    let samples = [Float](repeating: 0, count: 16000) + bell(sampleRate: 16000, seconds: 1)
    let sound = AudioClip(sampleRate: 16000, channels: 1, samples: samples)
    try MediaClip(video: video, audio: sound).write(folder.file("a.mkv"), .mkv)

    let sheet = try ContactSheet.draw(folder.file("a.mkv"))
    #expect(sheet.size.width == 1264)
    func colour(_ share: Double, _ y: Int) -> [UInt8] {
        let at = (y * sheet.size.width + 48 + Int(share * 1200)) * 3
        return Array(sheet.bytes[at..<at + 3])
    }
    #expect(colour(0.25, 40) == [200, 0, 0])
    #expect(colour(0.75, 40) == [0, 0, 200])
    // The waveform is flat in the first half and high in the second.
    let wave = (0..<sheet.size.height).filter { colour(0.501, $0) == [110, 190, 255] }
    let flat = (0..<sheet.size.height).filter { colour(0.25, $0) == [110, 190, 255] }
    #expect(flat.count == 1)
    #expect(wave.count > 20)
}

@Test func sheetsOfSoundAloneAndPicturesAloneAreDrawn() throws {
    let folder = try TemporaryFolder()
    let clip = testClip(
        PictureSize(width: 90, height: 160), rate: .usual, pictures: 3, sampleRate: 16000)
    try clip.audio?.write(folder.file("a.wav"), .wav16)
    try MediaClip(video: clip.video).write(folder.file("a.mp4"), .mp4)
    let sound = try ContactSheet.draw(folder.file("a.wav"))
    let pictures = try ContactSheet.draw(folder.file("a.mp4"))
    #expect(sound.size.height > 288)
    #expect(pictures.size.height < 200)
}

@Test(arguments: [
    (0.04, 0.005), (1.0, 0.1), (2.0, 0.2), (4.0, 0.5), (61.0, 10.0), (7200.0, 1000.0),
])
func axesHaveRoundTicks(seconds: Double, step: Double) {
    #expect(abs(tickSeconds(seconds) - step) < 1e-9)
}
