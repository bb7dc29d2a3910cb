public import Models
public import Tensors

/// Networks built from what a golden file says about them.
extension GoldenFile {
    /// A Wan transformer from a configuration in diffusers' words.
    public func wanConfiguration() throws -> WanConfiguration {
        let c = try json["config"]
        let heads = try c["num_attention_heads"].integer
        return WanConfiguration(
            width: heads * (try c["attention_head_dim"].integer), heads: heads,
            hidden: try c["ffn_dim"].integer, layers: try c["num_layers"].integer,
            channelsIn: try c["in_channels"].integer, channelsOut: try c["out_channels"].integer,
            patch: try c["patch_size"].array.map { try $0.integer },
            timeWaves: try c["freq_dim"].integer, textWidth: try c["text_dim"].integer,
            eps: Float(try c["eps"].number))
    }

    /// A joint transformer at given positions; patches are those that all published models have.
    public func javisConfiguration(
        _ positions: AudioPositions, hasAudioModulation: Bool = true
    ) throws -> JavisConfiguration {
        let c = try json["config"]
        let channels = try c["v_in"].integer
        let wan = WanConfiguration(
            width: try c["dim"].integer, heads: try c["heads"].integer,
            hidden: try c["ffn_dim"].integer, layers: try c["layers"].integer,
            channelsIn: channels, channelsOut: channels, timeWaves: try c["freq_dim"].integer,
            textWidth: try c["text_dim"].integer, eps: Float(try c["eps"].number))
        return JavisConfiguration(
            wan: wan, audioHidden: try c["audio_ffn_dim"].integer,
            audioChannels: try c["a_in"].integer, positions: positions,
            hasAudioModulation: hasAudioModulation, roundsTimesteps: false)
    }

    /// The tensors of a golden file as a checkpoint.
    public func checkpoint(_ name: String) throws -> Checkpoint {
        try Checkpoint(path: GoldenFile.path(name + ".safetensors"))
    }

    /// Whether a tensor of the file is an input, a result or a gradient.
    public static func isNoWeight(_ name: String) -> Bool {
        ["input.", "inter.", "output.", "grad."].contains(where: name.hasPrefix)
    }
}

extension AudioPositions {
    /// The positions that golden files call by a name such as `interleave.half_even`.
    public init(golden name: String) throws {
        let parts = name.split(separator: ".").map(String.init)
        let alignment = parts.count > 1 ? Alignment(rawValue: parts[1]) : nil
        switch (parts[0], alignment) {
        case ("vanilla", nil): self = .vanilla
        case ("interpolate", nil): self = .interpolate
        case ("interleave", let alignment?): self = .interleave(alignment)
        case ("interleave_offset", let alignment?): self = .interleaveOffset(alignment)
        default: throw GoldenError.missing("positions \(name)")
        }
    }
}
