import EngineHost
import Generation
import Samplers
import Tensors

/// What a campaign's `generate.params` change of a model's usual settings.
struct GenerationParams {
    var settings: GenerationSettings
    var files = usualFiles

    /// The clip without loss, and its latents.
    static let usualFiles: [CandidateFile] = [.mkv, .latents]

    /// Every key there is.
    static let keys = [
        "audio_guidance", "frames", "guidance", "height", "media", "negative_prompt", "precision",
        "shift", "solver", "spacing", "steps", "video_guidance", "width",
    ]

    /// Reads the settings; a key that is not known, or a value that does not fit, is an error.
    init(_ params: [String: JSONValue], over usual: GenerationSettings) throws(EngineFault) {
        settings = usual
        let unknown = Set(params.keys).subtracting(Self.keys).sorted()
        guard unknown.isEmpty else {
            throw EngineFault(
                "there is no param \(unknown.joined(separator: ", ")); there are "
                    + Self.keys.joined(separator: ", "))
        }
        // Both modalities' first, so that one may differ.
        if let both = params["guidance"] {
            let guidance: Guidance = try text("guidance", both)
            settings.sampler.videoGuidance = guidance
            settings.sampler.audioGuidance = guidance
        }
        for (key, value) in params.sorted(by: { $0.key < $1.key }) { try take(key, value) }
    }

    private mutating func take(_ key: String, _ value: JSONValue) throws(EngineFault) {
        switch key {
        case "video_guidance": settings.sampler.videoGuidance = try text(key, value)
        case "audio_guidance": settings.sampler.audioGuidance = try text(key, value)
        case "solver": settings.sampler.solver = try text(key, value)
        case "shift": settings.sampler.shift = try text(key, value)
        case "spacing": settings.sampler.spacing = try choice(key, value)
        case "precision": settings.sampler.precision = try choice(key, value)
        case "steps": settings.sampler.steps = try whole(key, value)
        case "frames": settings.clip.frames = try whole(key, value)
        case "height": settings.clip.height = try whole(key, value)
        case "width": settings.clip.width = try whole(key, value)
        case "negative_prompt": settings.sampler.negativePrompt = Self.words(value)
        case "media":
            guard let files = CandidateFile.list(Self.words(value)) else {
                throw EngineFault(
                    "media is \(Self.words(value)); list some of "
                        + CandidateFile.allCases.map(\.rawValue).joined(separator: ","))
            }
            self.files = files
        default: break
        }
    }

    private func text<Value: SamplerText>(
        _ key: String, _ value: JSONValue
    ) throws(EngineFault) -> Value {
        guard let found = Value(text: Self.words(value)) else {
            throw EngineFault("\(key) is \(Self.words(value)); write \(Value.choices)")
        }
        return found
    }

    private func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ value: JSONValue
    ) throws(EngineFault) -> Value {
        guard let found = Value(rawValue: Self.words(value)) else {
            let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw EngineFault("\(key) is \(Self.words(value)); write one of \(all)")
        }
        return found
    }

    private func whole(_ key: String, _ value: JSONValue) throws(EngineFault) -> Int {
        guard case .integer(let number) = value, (1...1_000_000).contains(number) else {
            throw EngineFault("\(key) is \(Self.words(value)); write a whole number above 0")
        }
        return Int(number)
    }

    /// A value as a person wrote it.
    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .unsigned(let number): "\(number)"
        case .number(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null: "null"
        case .array, .object: "a list"
        }
    }
}
