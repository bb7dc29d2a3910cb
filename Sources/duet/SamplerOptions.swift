public import ArgumentParser
import Generation
public import Samplers
public import Tensors

/// What the command line may say of the sampler; nil leaves the model's own.
struct SamplerOptions: ParsableArguments {
    @Option(help: "Steps, which is calls of the network.")
    var steps: Int?

    @Option(help: "\(SolverChoice.choices).")
    var solver: SolverChoice?

    @Option(help: "How noise levels are spaced.")
    var spacing: Schedule.Spacing?

    @Option(help: "How far levels are moved towards noise: \(ShiftChoice.choices).")
    var shift: ShiftChoice?

    @Option(help: "Guidance of both: \(Guidance.choices).")
    var guidance: Guidance?

    @Option(help: "Guidance of the video alone.")
    var videoGuidance: Guidance?

    @Option(help: "Guidance of the audio alone.")
    var audioGuidance: Guidance?

    @Option(help: "What guidance leads away from.")
    var negativePrompt: String?

    @Option(help: "What products round to.")
    var precision: Precision?

    /// Puts what was given in place of the model's own.
    func change(_ settings: inout GenerationSettings) {
        if let steps { settings.sampler.steps = steps }
        if let solver { settings.sampler.solver = solver }
        if let spacing { settings.sampler.spacing = spacing }
        if let shift { settings.sampler.shift = shift }
        if let own = videoGuidance ?? guidance { settings.sampler.videoGuidance = own }
        if let own = audioGuidance ?? guidance { settings.sampler.audioGuidance = own }
        if let negativePrompt { settings.sampler.negativePrompt = negativePrompt }
        if let precision { settings.sampler.precision = precision }
    }
}

extension SolverChoice: ExpressibleByArgument {
    /// Reads its text form.
    public init?(argument: String) { self.init(text: argument) }
}

extension ShiftChoice: ExpressibleByArgument {
    /// Reads its text form.
    public init?(argument: String) { self.init(text: argument) }
}

extension Guidance: ExpressibleByArgument {
    /// Reads its text form.
    public init?(argument: String) { self.init(text: argument) }
}

extension Schedule.Spacing: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {}
