/// A part of a picture in pixels, whose edges may lie within pixels.
struct PictureBox: Equatable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    init(all size: PictureSize) {
        self.init(left: 0, top: 0, right: Double(size.width), bottom: Double(size.height))
    }
}

extension Picture {
    /// Returns a part of the picture in another size, by bicubic filtering without aliasing.
    ///
    /// The same bytes as Pillow's `resize(size, Image.BICUBIC, box)`: weights in 22 bits of fixed
    /// point, rows first, then columns, each rounded to bytes. Integers only, so that every machine
    /// gives the same result.
    func resized(to target: PictureSize, from box: PictureBox) -> Picture {
        var result = self
        if target.width != size.width || box.left != 0 || box.right != Double(size.width) {
            let weights = ResizeWeights(
                from: size.width, low: box.left, high: box.right, to: target.width)
            result = result.filteredAcross(weights)
        }
        if target.height != size.height || box.top != 0 || box.bottom != Double(size.height) {
            let weights = ResizeWeights(
                from: size.height, low: box.top, high: box.bottom, to: target.height)
            result = result.filteredDown(weights)
        }
        return result
    }

    private func filteredAcross(_ weights: ResizeWeights) -> Picture {
        let target = PictureSize(width: weights.count, height: size.height)
        var out: [UInt8] = []
        out.reserveCapacity(target.area * 3)
        for y in 0..<size.height {
            let row = y * size.width * 3
            for x in 0..<target.width {
                var (red, green, blue) = (half, half, half)
                var at = row + weights.first[x] * 3
                for index in weights.starts[x]..<weights.starts[x + 1] {
                    let weight = weights.values[index]
                    red &+= weight &* Int32(bytes[at])
                    green &+= weight &* Int32(bytes[at + 1])
                    blue &+= weight &* Int32(bytes[at + 2])
                    at += 3
                }
                out.append(clipped(red))
                out.append(clipped(green))
                out.append(clipped(blue))
            }
        }
        return Picture(size: target, bytes: out)
    }

    private func filteredDown(_ weights: ResizeWeights) -> Picture {
        let target = PictureSize(width: size.width, height: weights.count)
        let length = size.width * 3
        var out: [UInt8] = []
        out.reserveCapacity(target.area * 3)
        var sums = [Int32](repeating: 0, count: length)
        for y in 0..<target.height {
            for i in 0..<length { sums[i] = half }
            var row = weights.first[y] * length
            for index in weights.starts[y]..<weights.starts[y + 1] {
                let weight = weights.values[index]
                for i in 0..<length { sums[i] &+= weight &* Int32(bytes[row + i]) }
                row += length
            }
            for i in 0..<length { out.append(clipped(sums[i])) }
        }
        return Picture(size: target, bytes: out)
    }
}

private let precision: Int32 = 22
private let half: Int32 = 1 << (precision - 1)

private func clipped(_ sum: Int32) -> UInt8 { UInt8(min(max(sum >> precision, 0), 255)) }

/// For each output pixel of one direction: the first input pixel and the weights from there on.
private struct ResizeWeights {
    var first: [Int] = []
    var starts: [Int] = [0]
    var values: [Int32] = []

    var count: Int { first.count }

    init(from size: Int, low: Double, high: Double, to target: Int) {
        let scale = (high - low) / Double(target)
        let filterScale = max(scale, 1)
        let support = 2 * filterScale
        for out in 0..<target {
            let centre = low + (Double(out) + 0.5) * scale
            let begin = max(0, Int(centre - support + 0.5))
            let end = min(size, Int(centre + support + 0.5))
            let raw = (begin..<max(begin, end)).map { index in
                cubic((Double(index) - centre + 0.5) * (1 / filterScale))
            }
            let sum = raw.reduce(0, +)
            first.append(begin)
            for weight in raw {
                let share = (sum == 0 ? weight : weight / sum) * Double(1 << precision)
                values.append(Int32(share < 0 ? share - 0.5 : share + 0.5))
            }
            starts.append(values.count)
        }
    }
}

/// Keys' cubic convolution with a = −½.
private func cubic(_ place: Double) -> Double {
    let x = abs(place)
    let a = -0.5
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
}
