public import FoundationEssentials
import Tensors

/// What made a candidate: enough to make it again, and to know where its bits can differ.
public struct Provenance: Codable, Equatable, Sendable {
    /// The version of the format: `duet-candidate/1`.
    public var format = "duet-candidate/1"
    /// The candidate's identity.
    public var candidate: String
    /// What it answers.
    public var prompt: String
    /// What fixed its noise, as text since many readers of JSON round large numbers; nil for a
    /// ground truth.
    public var seed: String?
    /// The files of a ground truth.
    public var groundTruth: [String]?
    /// The model's name and the hash of its files.
    public var model, modelHash: String
    /// The hash of the adapter over the model; nil for none.
    public var adapterHash: String?
    /// The clip's shape and how it was sampled; without the sampler for a ground truth.
    public var clip: ClipShape
    /// How it was sampled.
    public var sampler: SamplerSettings?
    /// The instruction set: results differ between them in the last bits.
    public var kernels: String

    private enum CodingKeys: String, CodingKey {
        case format, candidate, prompt, seed, model, clip, sampler, kernels
        case groundTruth = "ground_truth"
        case modelHash = "model_hash"
        case adapterHash = "adapter_hash"
    }

    /// Says what made a generated candidate.
    public init(
        _ candidate: Candidate, _ order: Generator.Order, _ settings: GenerationSettings,
        _ generator: Generator
    ) {
        self.candidate = candidate.identity
        (prompt, seed) = (order.text, "\(order.seed)")
        (model, modelHash) = (generator.folder.description.name, generator.hash)
        adapterHash = generator.adapter?.hash
        (clip, sampler) = (settings.clip, settings.sampler)
        kernels = "\(KernelLevel.current)"
    }

    /// Says what a ground truth was made from.
    public init(
        _ candidate: Candidate, groundTruth: [String], prompt: String, _ generator: Generator
    ) {
        self.candidate = candidate.identity
        self.prompt = prompt
        self.groundTruth = groundTruth
        (model, modelHash) = (generator.folder.description.name, generator.hash)
        clip = generator.folder.description.clip
        kernels = "\(KernelLevel.current)"
    }

    /// Whether a candidate that is ordered now would be the one that this speaks of.
    public func isOf(
        _ order: Generator.Order, _ settings: GenerationSettings, _ generator: Generator
    ) -> Bool {
        prompt == order.text && seed == "\(order.seed)" && modelHash == generator.hash
            && adapterHash == generator.adapter?.hash && clip == settings.clip
            && sampler == settings.sampler
            && kernels == "\(KernelLevel.current)"
    }

    /// The JSON text, keys sorted; without line breaks unless it is to be read by people.
    public func json(forPeople: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if forPeople { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(self) + Data(forPeople ? "\n".utf8 : "".utf8)
    }
}
