import Glibc
import Media

/// The shape that bounces, found in every picture of a view.
///
/// The wall and floor are told by the outer columns, which no shape reaches; what differs from
/// them in the direction of the shape's colour is the shape, in parts where its edge is blurred.
struct BounceTrack {
    /// The shape in one picture.
    struct Shape {
        /// The sum of the pixels' shares, in pixels.
        var area = 0.0
        /// The shares' mean place.
        var x = 0.0, y = 0.0
        /// The widest row and the tallest column, in pixels.
        var width = 0.0, height = 0.0
        /// The skewness of the rows: 0 for what is symmetric, -0.57 for a triangle.
        var skewness = 0.0
        /// The standard deviations of the covered places.
        var spreadX = 0.0, spreadY = 0.0
        /// The sum of share · (1 - share): small for a sharp edge.
        var softness = 0.0
        /// The root mean square difference of everything else from the background.
        var spill = 0.0
        /// The mean colour where the share is largest.
        var colour = SIMD3<Double>()

        /// Area over width · height: 1 for a square, π/4 for a circle, ½ for a triangle.
        var fill: Double { area / max(width * height, 1e-6) }
        /// Area over the product of both spreads: from 10 to 12.6 for one whole shape, less for
        /// two or for a cloud.
        var compactness: Double { area / max(spreadX * spreadY, 1e-6) }
    }

    /// The shape in each picture.
    private(set) var shapes: [Shape] = []
    /// The shape's colour over all pictures.
    private(set) var colour = SIMD3<Double>()
    /// The background's mean level in each picture.
    private(set) var levels: [Double] = []
    /// How much the background differs within a row.
    private(set) var unevenness = 0.0

    private let width = BounceView.size.width
    private let height = BounceView.size.height
    private let pixels: [SIMD3<Double>]
    private let count: Int

    init(_ view: BounceView) {
        pixels = stride(from: 0, to: view.video.count, by: 3).map { at in
            SIMD3(Double(view.video[at]), Double(view.video[at + 1]), Double(view.video[at + 2]))
        }
        count = pixels.count / (width * height)
        guard count > 0 else { return }
        let background = background()
        colour = shapeColour(background)
        for picture in 0..<count { shapes.append(shape(in: picture, background)) }
    }

    private func pixel(_ picture: Int, _ row: Int, _ column: Int) -> SIMD3<Double> {
        pixels[(picture * height + row) * width + column]
    }

    /// Each row's colour: the median of the outer columns over all pictures.
    private mutating func background() -> [SIMD3<Double>] {
        let columns = [0, 1, width - 2, width - 1]
        var spread = 0.0
        let rows = (0..<height).map { row in
            let samples = (0..<count).flatMap { picture in
                columns.map { pixel(picture, row, $0) }
            }
            let middle = SIMD3(
                median(samples.map(\.x)), median(samples.map(\.y)), median(samples.map(\.z)))
            spread += samples.reduce(0) { $0 + squared($1 - middle) } / Double(samples.count)
            return middle
        }
        unevenness = (spread / Double(height * 3)).squareRoot()
        levels = (0..<count).map { picture in
            let samples = (0..<height).flatMap { row in columns.map { pixel(picture, row, $0) } }
            return samples.reduce(0) { $0 + $1.sum() / 3 } / Double(samples.count)
        }
        return rows
    }

    /// The mean of the pixels that differ from the background most.
    private func shapeColour(_ background: [SIMD3<Double>]) -> SIMD3<Double> {
        let differences = pixels.indices.map { index in
            squared(pixels[index] - background[index / width % height]).squareRoot()
        }
        // A small shape fills about one pixel in fourteen.
        let sorted = differences.sorted()
        let limit = sorted[sorted.count * 98 / 100] * 0.8
        let chosen = pixels.indices.filter { differences[$0] >= limit }
        let sum = chosen.reduce(SIMD3<Double>()) { $0 + pixels[$1] }
        return sum / Double(max(chosen.count, 1))
    }

    private func shape(in picture: Int, _ background: [SIMD3<Double>]) -> Shape {
        var shape = Shape()
        var rows = [Double](repeating: 0, count: height)
        var columns = [Double](repeating: 0, count: width)
        var (rest, restCount) = (0.0, 0)
        var (best, light) = (0.0, SIMD3<Double>())
        for row in 0..<height {
            let direction = colour - background[row]
            let scale = 1 / max(squared(direction), 1e-4)
            for column in 0..<width {
                let difference = pixel(picture, row, column) - background[row]
                let share = min(max((difference * direction).sum() * scale, 0), 1)
                if share < 0.15 {
                    rest += squared(difference)
                    restCount += 1
                    continue
                }
                shape.area += share
                shape.x += share * (Double(column) + 0.5)
                shape.y += share * (Double(row) + 0.5)
                shape.softness += share * (1 - share)
                rows[row] += share
                columns[column] += share
                best += share * share
                light += pixel(picture, row, column) * share * share
            }
        }
        shape.x /= max(shape.area, 1e-6)
        shape.y /= max(shape.area, 1e-6)
        shape.width = rows.max() ?? 0
        shape.height = columns.max() ?? 0
        let down = Spread(rows, around: shape.y)
        (shape.spreadY, shape.skewness) = (down.deviation, down.skewness)
        shape.spreadX = Spread(columns, around: shape.x).deviation
        shape.spill = (rest / Double(max(restCount * 3, 1))).squareRoot()
        shape.colour = light / max(best, 1e-6)
        return shape
    }
}

/// How places with weights lie around a centre.
private struct Spread {
    let deviation: Double
    let skewness: Double

    init(_ weights: [Double], around centre: Double) {
        var (second, third, sum) = (0.0, 0.0, 0.0)
        for (place, weight) in weights.enumerated() {
            let offset = Double(place) + 0.5 - centre
            second += weight * offset * offset
            third += weight * offset * offset * offset
            sum += weight
        }
        deviation = sum > 0 ? (second / sum).squareRoot() : 0
        skewness = second > 0 ? third / sum / pow(deviation, 3) : 0
    }
}

/// The sum of the squares of three numbers.
func squared(_ value: SIMD3<Double>) -> Double { (value * value).sum() }

/// The value in the middle; 0 of nothing.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    return values.sorted()[values.count / 2]
}
