import Foundation

/// What `adapter_config.json` says, and diffusers' metadata with a prefix before each key.
///
/// Source: PEFT 0.21, `src/peft/tuners/lora/config.py`.
struct PEFTConfiguration {
    static let fileName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"

    var alpha: Double
    var rank: Int
    var dropout: Double
    var isRankStabilised: Bool
    var baseModel: String?
    private var alphaPattern: [String: Double]

    init(path: String) throws(AdapterError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AdapterError("\(path): cannot be read")
        }
        try self.init(json: data, file: path, prefix: "")
    }

    init(json: Data, file: String, prefix: String) throws(AdapterError) {
        let object: [String: Any]
        do {
            object = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
        } catch {
            throw AdapterError("\(file): is not JSON: \(error.localizedDescription)")
        }
        func value(_ key: String) -> Any? { object[prefix + key] }
        func number(_ key: String) -> Double? { (value(key) as? NSNumber)?.doubleValue }
        func flag(_ key: String) -> Bool { (value(key) as? NSNumber)?.boolValue ?? false }
        guard let rank = number("r").flatMap({ Int(exactly: $0) }), rank > 0 else {
            throw AdapterError("\(file): \(prefix)r is missing; it is the adapter's rank")
        }
        if flag("use_dora") {
            throw AdapterError("\(file): is a DoRA adapter, which is not supported")
        }
        if let bias = value("bias") as? String, bias != "none" {
            throw AdapterError("\(file): trains biases (bias: \(bias)), which is not supported")
        }
        self.rank = rank
        alpha = number("lora_alpha") ?? 8
        dropout = number("lora_dropout") ?? 0
        isRankStabilised = flag("use_rslora")
        baseModel = value("base_model_name_or_path") as? String
        alphaPattern =
            (value("alpha_pattern") as? [String: NSNumber])?.mapValues(\.doubleValue) ?? [:]
    }

    /// The alpha of a map: that of the pattern that its name ends with, else the common one.
    func alpha(of module: String, file name: String) -> Double {
        for (pattern, alpha) in alphaPattern.sorted(by: { $0.key < $1.key })
        where MapNames.matches(module, pattern) || MapNames.matches(name, pattern) {
            return alpha
        }
        return alpha
    }

    /// Returns the file's text for an adapter.
    static func json(_ adapter: Adapter) throws -> Data {
        let modules = adapter.modules.sorted { $0.key < $1.key }
        let ranks = modules.map(\.value.rank)
        let rank = ranks.max() ?? 8
        let first = modules.first?.value
        let alpha = first?.alpha ?? Double(rank)
        var object: [String: Any] = [
            "peft_type": "LORA", "task_type": NSNull(), "auto_mapping": NSNull(),
            "base_model_name_or_path": adapter.baseModel ?? NSNull() as Any,
            "inference_mode": true, "r": rank, "lora_alpha": alpha,
            "lora_dropout": adapter.dropout, "target_modules": adapter.targets, "bias": "none",
            "fan_in_fan_out": false, "init_lora_weights": true,
            "use_rslora": first?.isRankStabilised ?? false, "use_dora": false,
            "modules_to_save": NSNull(),
        ]
        var (rankPattern, alphaPattern): ([String: Int], [String: Double]) = ([:], [:])
        for (name, module) in modules {
            if module.rank != rank { rankPattern[name] = module.rank }
            let own = module.alpha ?? Double(module.rank)
            if own != alpha { alphaPattern[name] = own }
        }
        object["rank_pattern"] = rankPattern
        object["alpha_pattern"] = alphaPattern
        return try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    }
}
