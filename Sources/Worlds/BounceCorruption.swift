import Glibc
import Media
import Samplers

/// Ways in which a view can be made worse, from not at all (0) to badly (1).
///
/// Rewards are tested with them, and the learned ones are trained on them.
public enum BounceCorruption: String, Sendable, CaseIterable {
    /// The pictures lose their edges.
    case blur
    /// Every pixel of every picture changes a little.
    case grain
    /// The brightness changes from picture to picture.
    case flicker
    /// A second, fainter shape stands beside the first.
    case ghost
    /// The shape trembles and halts.
    case tremble
    /// There is noise where silence was.
    case haze
    /// Sounds begin and end gradually.
    case smear
    /// Bands come and go.
    case dropouts

    /// Whether it is the sound that suffers.
    public var isAudio: Bool {
        switch self {
        case .blur, .grain, .flicker, .ghost, .tremble: false
        case .haze, .smear, .dropouts: true
        }
    }

    /// Returns the view made worse; `seed` decides what is random about it.
    public func applied(to view: BounceView, severity: Double, seed: UInt64) -> BounceView {
        let noise = NoiseStream(seed: seed, stream: 77)
        var result = view
        switch self {
        case .blur: result.video = blurred(view.video, 2.2 * severity)
        case .grain:
            let values = noise.normals(view.video.count)
            for i in values.indices { result.video[i] += Float(0.15 * severity * values[i]) }
        case .flicker:
            let values = noise.normals(BounceView.pictures)
            for i in result.video.indices {
                result.video[i] *= Float(1 + 0.35 * severity * values[i / BounceView.pictureLength])
            }
        case .ghost: result.video = ghosted(view.video, severity, noise.normals(2))
        case .tremble: result.video = trembling(view.video, severity, noise.normals(64))
        case .haze:
            let values = noise.normals(view.mel.count)
            for i in values.indices {
                let floor = -1 + 1.1 * severity + 0.1 * severity * values[i]
                result.mel[i] = max(view.mel[i], Float(floor))
            }
        case .smear: result.mel = smeared(view.mel, 6 * severity)
        case .dropouts:
            let values = noise.normals(view.mel.count / 100)
            for i in result.mel.indices {
                // Pieces of 10 frames by 10 bands.
                let piece = i / BounceView.bands / 10 * 7 + i % BounceView.bands / 10
                let loss = max(0, values[piece % values.count] + 2 * severity - 1.2)
                result.mel[i] -= Float(0.5 * severity * loss) * (result.mel[i] + 1)
            }
        }
        result.video = result.video.map { min(max($0, 0), 1) }
        result.mel = result.mel.map { min(max($0, -1), 1) }
        return result
    }

    /// Pictures under a Gaussian whose deviation is given in pixels.
    private func blurred(_ video: [Float], _ deviation: Double) -> [Float] {
        guard deviation > 0.05 else { return video }
        let (width, height) = (BounceView.size.width, BounceView.size.height)
        let kernel = gaussian(deviation)
        let across = filtered(video, kernel, length: width, stride: 3)
        return filtered(across, kernel, length: height, stride: 3 * width)
    }

    private func smeared(_ mel: [Float], _ deviation: Double) -> [Float] {
        guard deviation > 0.05 else { return mel }
        return filtered(
            mel, gaussian(deviation), length: BounceView.frames, stride: BounceView.bands)
    }

    private func gaussian(_ deviation: Double) -> [Float] {
        let reach = Int((3 * deviation).rounded(.up))
        let weights = (-reach...reach).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
        return weights.map { Float($0 / weights.reduce(0, +)) }
    }

    /// Filters along one axis of `length` places that lie `stride` apart; the ends go on as they
    /// are.
    private func filtered(
        _ values: [Float], _ kernel: [Float], length: Int, stride: Int
    ) -> [Float] {
        let reach = kernel.count / 2
        return values.indices.map { index in
            let place = index / stride % length
            var sum: Float = 0
            for (tap, weight) in kernel.enumerated() {
                let other = min(max(place + tap - reach, 0), length - 1)
                sum += weight * values[index + (other - place) * stride]
            }
            return sum
        }
    }

    /// Blends every picture with itself, moved by a few pixels.
    private func ghosted(_ video: [Float], _ severity: Double, _ draws: [Double]) -> [Float] {
        let down = Int((draws[0] * 3 + (draws[0] < 0 ? -3 : 3)).rounded())
        let across = Int((draws[1] * 2).rounded())
        return moved(video) { _ in (across, down) }.enumerated().map { index, value in
            value * Float(0.5 * severity) + video[index] * Float(1 - 0.5 * severity)
        }
    }

    /// Moves each picture by itself, and holds some.
    private func trembling(_ video: [Float], _ severity: Double, _ draws: [Double]) -> [Float] {
        var result = moved(video) { picture in
            (
                Int((1.2 * severity * draws[2 * picture]).rounded()),
                Int((3 * severity * draws[2 * picture + 1]).rounded())
            )
        }
        let length = BounceView.pictureLength
        for picture in 1..<BounceView.pictures where draws[32 + picture] > 1.8 - 1.6 * severity {
            let before = result[(picture - 1) * length..<picture * length]
            result.replaceSubrange(picture * length..<(picture + 1) * length, with: before)
        }
        return result
    }

    /// Moves the part of each picture above the floor; what comes in is the picture's edge.
    private func moved(_ video: [Float], by offset: (Int) -> (Int, Int)) -> [Float] {
        let (width, height) = (BounceView.size.width, BounceView.size.height)
        return video.indices.map { index in
            let picture = index / BounceView.pictureLength
            let (row, column) = (index / 3 / width % height, index / 3 % width)
            guard Double(row) < BounceScene.floor else { return video[index] }
            let (across, down) = offset(picture)
            let from = min(max(row - down, 0), Int(BounceScene.floor) - 1)
            let side = min(max(column - across, 0), width - 1)
            return video[((picture * height + from) * width + side) * 3 + index % 3]
        }
    }
}
