public import Samplers
public import Tensors

/// How a candidate is sampled, all of which decides its bits.
public struct SamplerSettings: Codable, Hashable, Sendable {
    /// The method that walks down the noise levels.
    public var solver: SolverChoice
    /// How the levels are spaced before their shift.
    public var spacing: Schedule.Spacing
    /// Steps, which is calls of the network.
    public var steps: Int
    /// How far levels are moved towards noise.
    public var shift: ShiftChoice
    /// Classifier-free guidance of each modality.
    public var videoGuidance, audioGuidance: Guidance
    /// What the unconditional branch is told.
    public var negativePrompt: String
    /// What matrix products round their inputs to.
    public var precision: Precision

    /// Makes settings; by default 20 Euler steps, guidance 3, no shift.
    public init(
        solver: SolverChoice = .euler, spacing: Schedule.Spacing = .fromOne, steps: Int = 20,
        shift: ShiftChoice = .fixed(1), videoGuidance: Guidance = Guidance(scale: 3),
        audioGuidance: Guidance = Guidance(scale: 3), negativePrompt: String = "",
        precision: Precision = .float32
    ) {
        (self.solver, self.spacing, self.steps, self.shift) = (solver, spacing, steps, shift)
        (self.videoGuidance, self.audioGuidance) = (videoGuidance, audioGuidance)
        (self.negativePrompt, self.precision) = (negativePrompt, precision)
    }

    private enum CodingKeys: String, CodingKey {
        case solver, spacing, steps, shift, precision
        case videoGuidance = "video_guidance"
        case audioGuidance = "audio_guidance"
        case negativePrompt = "negative_prompt"
    }

    /// The most steps that are taken; more is a slip of the finger.
    static let mostSteps = 10_000

    /// Says what is out of bounds, each beginning with a key.
    var contradictions: [String] {
        var found: [String] = []
        if !(1...Self.mostSteps).contains(steps) {
            found.append("steps is \(steps); give from 1 to \(Self.mostSteps)")
        }
        if case .fixed(let shift) = shift, !(shift > 0 && shift.isFinite) {
            found.append("shift is \(shift); it must be above 0")
        }
        for (key, guidance) in [
            ("video_guidance", videoGuidance), ("audio_guidance", audioGuidance),
        ] where !guidance.scale.isFinite {
            found.append("\(key) is not a number")
        }
        return found
    }
}
