import Glibc
public import Media

/// What can be said of any pictures without a model: sharpness, grain, flicker, contrast.
public struct VisualSignal: Reward {
    /// Makes the reward.
    public init() {}

    /// `signal-video`.
    public var name: String { "signal-video" }
    /// The first version.
    public var version: String { "1" }

    /// A quality and what it is made of; steps of brightness go from 0 to 1.
    public var outputs: [RewardOutput] {
        [
            RewardOutput("visual_quality", modality: "video"),
            RewardOutput("sharpness", unit: "contrast/pixel", modality: "video"),
            RewardOutput("grain", unit: "brightness", goal: .minimize, modality: "video"),
            RewardOutput("flicker", unit: "brightness", goal: .minimize, modality: "video"),
            RewardOutput("contrast", unit: "brightness", modality: "video"),
        ]
    }

    /// Measures the pictures; the prompt has no part in it.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        guard let video = clip.video, video.count > 0 else {
            return outputs.map { _ in .reason("the clip has no pictures") }
        }
        guard min(video.size.width, video.size.height) >= 3 else {
            return outputs.map { _ in .reason("the pictures are smaller than 3 pixels") }
        }
        // Sharpness and grain change little within a clip, flicker needs every picture.
        let some = Luma(video, limit: 16)
        let contrasts = some.pictures.map(Self.contrast)
        let contrast = contrasts.reduce(0, +) / Double(contrasts.count)
        let grains = some.pictures.map { Self.grain($0, some.width) }
        let grain = grains.reduce(0, +) / Double(grains.count)
        let flicker = Self.flicker(Luma(video))
        guard contrast > 0.01 else {
            let reason = "the pictures are of one brightness"
            return [.reason(reason), .reason(reason)]
                + [grain, flicker, contrast].map { RewardValue($0) }
        }
        let steps = zip(some.pictures, contrasts).map { picture, contrast in
            Self.steepest(picture, some.width) / max(contrast, 0.01)
        }
        let sharpness = steps.reduce(0, +) / Double(steps.count)
        let quality =
            AudioSignal.ramp(sharpness, from: 0, to: 0.3)
            * AudioSignal.ramp(grain, from: 0.1, to: 0.01)
            * AudioSignal.ramp(flicker, from: 0.05, to: 0.005)
            * AudioSignal.ramp(contrast, from: 0.01, to: 0.1)
        return [quality, sharpness, grain, flicker, contrast].map { RewardValue($0) }
    }

    /// The brightness between the darkest and the lightest hundredth.
    static func contrast(_ picture: [Float]) -> Double {
        let sorted = picture.sorted()
        return Double(sorted[sorted.count * 99 / 100] - sorted[sorted.count / 100])
    }

    /// The step from pixel to pixel that one in a hundred exceeds.
    static func steepest(_ picture: [Float], _ width: Int) -> Double {
        let height = picture.count / width
        var steps: [Float] = []
        steps.reserveCapacity(picture.count)
        for row in 1..<height {
            for at in row * width + 1..<(row + 1) * width {
                let (across, down) = (
                    picture[at] - picture[at - 1], picture[at] - picture[at - width]
                )
                steps.append((across * across + down * down).squareRoot())
            }
        }
        steps.sort()
        return Double(steps[steps.count * 99 / 100])
    }

    /// The standard deviation of noise, from the mask that leaves no plane and no ramp.
    ///
    /// Source: Immerkær, "Fast noise variance estimation" (1996), with the median in place of the
    /// mean, so that edges do not count as noise.
    static func grain(_ picture: [Float], _ width: Int) -> Double {
        let height = picture.count / width
        var rests: [Float] = []
        rests.reserveCapacity(picture.count)
        for row in 1..<height - 1 {
            for at in row * width + 1..<(row + 1) * width - 1 {
                let corners =
                    picture[at - width - 1] + picture[at - width + 1] + picture[at + width - 1]
                    + picture[at + width + 1]
                let sides =
                    picture[at - 1] + picture[at + 1] + picture[at - width] + picture[at + width]
                rests.append(abs(corners - 2 * sides + 4 * picture[at]))
            }
        }
        rests.sort()
        // The mask's gain for noise is 6; half of all normal numbers lie within 0.6745.
        return Double(rests[rests.count / 2]) / (6 * 0.6745)
    }

    /// How far a picture's mean brightness jumps away from its neighbours', root mean square.
    static func flicker(_ luma: Luma) -> Double {
        let means = luma.pictures.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
        guard means.count > 2 else { return 0 }
        let sum = (1..<means.count - 1).reduce(0.0) { sum, index in
            let jump = means[index] - (means[index - 1] + means[index + 1]) / 2
            return sum + jump * jump
        }
        return (sum / Double(means.count - 2)).squareRoot()
    }
}
