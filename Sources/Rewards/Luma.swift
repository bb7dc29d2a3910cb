import Media

/// The brightness of a clip's pictures, from 0 to 1.
struct Luma {
    let width: Int
    let height: Int
    /// The brightness, [pictures][height][width].
    let pictures: [[Float]]

    /// Reads at most `limit` pictures, which are spread over the clip evenly; all without one.
    init(_ clip: VideoClip, limit: Int? = nil) {
        (width, height) = (clip.size.width, clip.size.height)
        let count = min(clip.count, limit ?? clip.count)
        let length = clip.size.area * 3
        pictures = (0..<count).map { index in
            let start = index * clip.count / count * length
            return clip.bytes.withUnsafeBufferPointer { bytes in
                stride(from: start, to: start + length, by: 3).map { at in
                    // ITU-R BT.601's weights.
                    (0.299 * Float(bytes[at]) + 0.587 * Float(bytes[at + 1])
                        + 0.114 * Float(bytes[at + 2])) / 255
                }
            }
        }
    }

    /// The mean absolute difference of two pictures.
    static func difference(_ first: [Float], _ second: [Float]) -> Double {
        var sum: Float = 0
        for index in first.indices { sum += abs(first[index] - second[index]) }
        return Double(sum) / Double(max(first.count, 1))
    }
}
