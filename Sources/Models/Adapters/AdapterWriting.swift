import Foundation
import Tensors

extension Adapter {
    /// Writes the adapter in a form; returns the path of its folder or file in `folder`.
    ///
    /// Forms without an alpha get its effect in their factors: loaders that overlook metadata then
    /// apply the adapter as strongly as those that read it.
    public func write(_ form: AdapterForm, to folder: String) throws(AdapterError) -> String {
        let path: String
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            switch form {
            case .peft:
                path = folder
                try SafetensorsFile.write(
                    tensors(form), metadata: ["format": "pt"],
                    to: "\(folder)/\(PEFTConfiguration.weightsName)")
                try PEFTConfiguration.json(self).write(
                    to: URL(filePath: "\(folder)/\(PEFTConfiguration.fileName)"),
                    options: .atomic)
            case .diffusers:
                path = "\(folder)/pytorch_lora_weights.safetensors"
                try SafetensorsFile.write(
                    scaledByOne.tensors(form),
                    metadata: ["format": "pt", "lora_adapter_metadata": diffusersMetadata()],
                    to: path)
            case .comfyui:
                path = "\(folder)/comfyui.safetensors"
                try SafetensorsFile.write(tensors(form), metadata: ["format": "pt"], to: path)
            case .kohya:
                path = "\(folder)/kohya.safetensors"
                try SafetensorsFile.write(tensors(form), metadata: kohyaMetadata, to: path)
            }
        } catch {
            throw AdapterError("\(folder): the adapter cannot be written: \(error)")
        }
        return path
    }

    /// The tensors under the names of a form, with alphas where it has them.
    private func tensors(_ form: AdapterForm) -> NamedTensors {
        var tensors: NamedTensors = [:]
        for (name, module) in modules {
            let file = form.fileName(name)
            tensors[file + form.factors.down] = module.down
            tensors[file + form.factors.up] = module.up
            if form == .comfyui || form == .kohya {
                // Their loaders divide by the rank, whatever the adapter was trained with.
                let alpha = module.scale * Double(module.rank)
                tensors[file + ".alpha"] = Tensor([Float(alpha)], shape: [])
            }
        }
        return tensors
    }

    /// The same updates with factors whose product counts once.
    private var scaledByOne: Adapter {
        var result = self
        for (name, module) in modules where module.scale != 1 {
            let up = module.up.converted(to: .f32) * Float(module.scale)
            result.modules[name] = Module(
                down: module.down, up: up.converted(to: module.up.elementType), alpha: nil)
        }
        for name in result.modules.keys { result.modules[name]?.alpha = nil }
        return result
    }

    /// What diffusers' loader reads from the header, with `transformer.` before each key.
    private func diffusersMetadata() throws -> String {
        var renamed = scaledByOne
        renamed.modules = Dictionary(
            uniqueKeysWithValues: renamed.modules.map { (WanNamesOfFile.diffusers($0), $1) })
        for (name, module) in renamed.modules {
            renamed.modules[name]?.alpha = Double(module.rank)
        }
        let data = try PEFTConfiguration.json(renamed)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        let prefixed = Dictionary(
            uniqueKeysWithValues: object.map { ("transformer.\($0.key)", $0.value) })
        return String(
            decoding: try JSONSerialization.data(withJSONObject: prefixed, options: [.sortedKeys]),
            as: UTF8.self)
    }

    private var kohyaMetadata: [String: String] {
        let first = modules.min { $0.key < $1.key }?.value
        let rank = first?.rank ?? 0
        return [
            "ss_network_module": "networks.lora", "ss_network_dim": "\(rank)",
            "ss_network_alpha": "\((first?.scale ?? 1) * Double(rank))",
            "ss_base_model_version": baseModel ?? "wan",
        ]
    }
}
