import Glibc
public import Media

extension BounceScene {
    /// Draws the clip's pictures, each as it is in the middle of its time.
    ///
    /// Every third picture of 24 in a second is then what 8 in a second show.
    public func video(size: PictureSize, rate: Rate) -> VideoClip {
        let count = Int((Self.seconds * rate.perSecond).rounded())
        var clip = VideoClip(size: size, rate: rate)
        clip.bytes.reserveCapacity(count * size.area * 3)
        for index in 0..<count {
            clip.bytes += picture(at: (Double(index) + 0.5) / rate.perSecond, size: size)
        }
        return clip
    }

    /// The bytes of one picture, [height][width][3].
    private func picture(at time: Double, size: PictureSize) -> [UInt8] {
        let scale = Double(size.height) / Self.height
        let outline = Outline(
            prompt.shape, x: x * Double(size.width) / Self.width, y: y(at: time) * scale,
            radius: radius * scale)
        let light = prompt.colour.light
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area * 3)
        for row in 0..<size.height {
            let isFloor = (Double(row) + 0.5) / scale > Self.floor
            let grey = background + (isFloor ? Self.floorStep : 0)
            for column in 0..<size.width {
                let share = outline.cover(Double(column) + 0.5, Double(row) + 0.5)
                for channel in 0..<3 {
                    let value = grey + (light[channel] - grey) * share
                    bytes.append(UInt8((value * 255).rounded()))
                }
            }
        }
        return bytes
    }
}

/// A shape's edge: how much of a pixel it covers, from the pixel's distance to the edge.
private struct Outline {
    let shape: BouncePrompt.Shape
    let x, y, radius: Double

    /// The length of a slanted side's normal (1.75, 1).
    private static let slant = (1.75 * 1.75 + 1).squareRoot()

    init(_ shape: BouncePrompt.Shape, x: Double, y: Double, radius: Double) {
        (self.shape, self.x, self.y, self.radius) = (shape, x, y, radius)
    }

    func cover(_ column: Double, _ row: Double) -> Double {
        min(max(0.5 - distance(column - x, row - y), 0), 1)
    }

    /// Pixels from the edge to a place relative to the centre; negative inside.
    private func distance(_ dx: Double, _ dy: Double) -> Double {
        switch shape {
        case .circle: (dx * dx + dy * dy).squareRoot() - radius
        case .square: max(abs(dx), abs(dy)) - 0.9 * radius
        case .triangle:
            // Apex at (0, -r), base at y = 0.75 r of half width r: the slanted sides' normals
            // have the slope of the sides.
            max(dy - 0.75 * radius, (1.75 * abs(dx) - dy - radius) / Self.slant)
        }
    }
}
