/// The forms of adapters in files, told by the names of their tensors.
public enum AdapterForm: String, CaseIterable, Sendable {
    /// A folder with `adapter_config.json`; names begin with `base_model.model.`.
    case peft
    /// `transformer.` and diffusers' names of maps; its metadata says rank and alpha.
    case diffusers
    /// `diffusion_model.` and the original names, with an alpha of each map.
    case comfyui
    /// `lora_unet_` and names with `_` for `.`, with an alpha of each map.
    case kohya

    /// Tells the form by the names of a file's tensors; nil when it is none of these.
    init?(names: [String]) {
        if names.contains(where: { $0.hasPrefix("base_model.model.") }) {
            self = .peft
        } else if names.contains(where: { $0.hasPrefix("transformer.") }) {
            self = .diffusers
        } else if names.contains(where: { $0.hasPrefix("lora_unet_") }) {
            self = .kohya
        } else if names.contains(where: { $0.hasPrefix("diffusion_model.") }) {
            self = .comfyui
        } else if names.contains(where: { $0.hasSuffix(".lora_A.weight") }) {
            // Nothing before the map's name: what a training's own checkpoints hold.
            self = .peft
        } else {
            return nil
        }
    }

    /// What stands before a map's name.
    var prefix: String {
        switch self {
        case .peft: "base_model.model."
        case .diffusers: "transformer."
        case .comfyui: "diffusion_model."
        case .kohya: "lora_unet_"
        }
    }

    /// The name that a map has in a file of this form.
    func fileName(_ module: String) -> String {
        switch self {
        case .peft, .comfyui: prefix + module
        case .diffusers: prefix + WanNamesOfFile.diffusers(module)
        case .kohya: prefix + module.replacing(".", with: "_")
        }
    }

    /// The original name of a map that a file of this form names so.
    func module(_ fileName: String) -> String {
        let rest = fileName.hasPrefix(prefix) ? String(fileName.dropFirst(prefix.count)) : fileName
        return self == .kohya
            ? WanNamesOfFile.underscored[rest] ?? rest : WanNamesOfFile.original(rest)
    }

    /// What stands behind a map's name, for the smaller factor and the larger.
    var factors: (down: String, up: String) {
        switch self {
        case .peft, .diffusers: (".lora_A.weight", ".lora_B.weight")
        case .comfyui, .kohya: (".lora_down.weight", ".lora_up.weight")
        }
    }
}

/// Which maps a target of an adapter means.
public enum MapNames {
    /// Whether a target names a map: its whole name, or its end behind a dot, as PEFT matches them;
    /// `*` stands for any text.
    public static func matches(_ module: String, _ target: String) -> Bool {
        let parts = module.split(separator: ".", omittingEmptySubsequences: false)
        return parts.indices.contains { start in
            glob(Array(parts[start...].joined(separator: ".").utf8)[...], Array(target.utf8)[...])
        }
    }

    private static func glob(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains {
                glob(text[$0...], pattern.dropFirst())
            }
        }
        return text.first == first && glob(text.dropFirst(), pattern.dropFirst())
    }
}

/// Names of linear maps in Wan's and its descendants' files.
enum WanNamesOfFile {
    /// diffusers' name of a map.
    static func diffusers(_ module: String) -> String {
        String(WanNames.inDiffusers(module + ".weight").dropLast(".weight".count))
    }

    /// The original name of a map that may be named as diffusers does.
    static func original(_ module: String) -> String {
        String(WanNames.original(module + ".weight").dropLast(".weight".count))
    }

    /// Original names by themselves with `_` for `.`, in both spellings: an underscore alone does
    /// not say what it stands for.
    static let underscored: [String: String] = {
        let parts =
            ["self_attn", "cross_attn"].flatMap { kind in
                ["q", "k", "v", "o"].map { "\(kind).\($0)" }
            } + ["ffn.0", "ffn.2", "audio_ffn.0", "audio_ffn.2"]
        let outside = [
            "time_embedding.0", "time_embedding.2", "time_projection.1", "text_embedding.0",
            "text_embedding.2", "audio_time_projection.1", "head.head", "audio_head.head",
        ]
        var names: [String: String] = [:]
        for module in outside + (0..<128).flatMap({ n in parts.map { "blocks.\(n).\($0)" } }) {
            names[module.replacing(".", with: "_")] = module
            names[diffusers(module).replacing(".", with: "_")] = module
        }
        return names
    }()
}
