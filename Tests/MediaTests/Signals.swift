import Foundation

@testable import Media

/// A sound with partials that die away, one channel.
func bell(sampleRate: Int, seconds: Double, pitch: Double = 440) -> [Float] {
    (0..<Int(Double(sampleRate) * seconds)).map { n in
        let t = Double(n) / Double(sampleRate)
        let partials = [(1.0, 0.4), (2.76, 0.2), (5.4, 0.1)].reduce(0.0) {
            $0 + $1.1 * sin(2 * Double.pi * pitch * $1.0 * t)
        }
        return Float(partials * exp(-3 * t))
    }
}

/// Samples that lie on the grid of so many bits, so that a lossless codec returns them exactly.
func onGrid(_ samples: [Float], bits: Int) -> [Float] {
    samples.map { Float(quantised($0, bits: bits)) / Float(1 << (bits - 1)) }
}

/// A picture whose colours change over it and with its number; a bright corner tells which way up.
func testPicture(_ size: PictureSize, number: Int = 0) -> Picture {
    var bytes: [UInt8] = []
    for y in 0..<size.height {
        for x in 0..<size.width {
            let isCorner = x < size.width / 4 && y < size.height / 4
            bytes.append(isCorner ? 255 : UInt8((x * 160 / size.width + number * 7) % 200))
            bytes.append(isCorner ? 255 : UInt8(y * 160 / size.height))
            bytes.append(isCorner ? 255 : UInt8((number * 23) % 200))
        }
    }
    return Picture(size: size, bytes: bytes)
}

/// A clip of test pictures with a bell.
func testClip(
    _ size: PictureSize, rate: Rate, pictures: Int, sampleRate: Int, channels: Int = 1
) -> MediaClip {
    var video = VideoClip(size: size, rate: rate)
    for number in 0..<pictures { video.bytes += testPicture(size, number: number).bytes }
    let mono = bell(sampleRate: sampleRate, seconds: video.seconds)
    let samples = mono.flatMap { sample in
        (0..<channels).map { $0 == 0 ? sample : sample * 0.5 }
    }
    return MediaClip(
        video: video, audio: AudioClip(sampleRate: sampleRate, channels: channels, samples: samples)
    )
}

/// How far two pictures are apart: the mean difference of their bytes.
func distance(_ a: Picture, _ b: Picture) -> Double {
    guard a.size == b.size else { return .infinity }
    let sum = zip(a.bytes, b.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(a.bytes.count)
}

/// Where the numbers lie that make_media_fixtures.py made for these tests.
let ownNumbers =
    URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .path + "/Fixtures"
