import Foundation
import Tensors

extension Adapter {
    /// Reads an adapter in any form: PEFT's folder, or a safetensors file of one of the forms.
    public init(path: String) throws(AdapterError) {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw AdapterError("\(path): there is no such file or folder")
        }
        guard isFolder.boolValue else {
            try self.init(file: path, configuration: nil)
            return
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.filter { $0.hasSuffix(".safetensors") }
        if names.contains(PEFTConfiguration.fileName) {
            guard files.contains(PEFTConfiguration.weightsName) else {
                throw AdapterError(
                    "\(path): has no \(PEFTConfiguration.weightsName); weights in .bin files run "
                        + "code when they are read, so save them as safetensors")
            }
            let configuration = try PEFTConfiguration(
                path: "\(path)/\(PEFTConfiguration.fileName)")
            try self.init(
                file: "\(path)/\(PEFTConfiguration.weightsName)", configuration: configuration)
        } else if files.count == 1 {
            try self.init(file: "\(path)/\(files[0])", configuration: nil)
        } else {
            throw AdapterError(
                "\(path): holds \(files.count) safetensors files and no "
                    + "\(PEFTConfiguration.fileName); name the adapter's file")
        }
    }

    private init(file path: String, configuration: PEFTConfiguration?) throws(AdapterError) {
        let file: SafetensorsFile
        do throws(SafetensorsError) {
            file = try SafetensorsFile(path: path)
        } catch {
            throw AdapterError("\(error)")
        }
        guard let form = AdapterForm(names: file.names) else {
            throw AdapterError(
                "\(path): names no low-rank factors; names such as "
                    + "\(file.names.prefix(2).joined(separator: ", ")) are of another kind of file")
        }
        var configuration = configuration
        if configuration == nil { configuration = try Self.metadata(file, path) }
        var modules: [String: Module] = [:]
        for (name, tensors) in try Self.grouped(file, path) {
            guard let down = tensors.down, let up = tensors.up else {
                throw AdapterError("\(path): \(name) has one of its two factors")
            }
            guard down.rank == 2, up.rank == 2, down.shape[0] == up.shape[1] else {
                throw AdapterError(
                    "\(path): \(name) has factors of \(down.shape) and \(up.shape); only linear "
                        + "maps can have adapters here")
            }
            let module = form.module(name)
            let said = tensors.alpha ?? configuration?.alpha(of: module, file: name)
            modules[module] = Module(
                down: down, up: up, alpha: said,
                isRankStabilised: configuration?.isRankStabilised ?? false)
        }
        self.init(
            modules: modules, dropout: configuration?.dropout ?? 0,
            baseModel: configuration?.baseModel)
    }

    private struct Factors {
        var down, up: Tensor?
        var alpha: Double?
    }

    /// A file's tensors by the name of the map that they belong to.
    private static func grouped(
        _ file: SafetensorsFile, _ path: String
    ) throws(AdapterError) -> [(String, Factors)] {
        var groups: [String: Factors] = [:]
        for name in file.names {
            if let module = stripped(name, [".lora_A.weight", ".lora_down.weight"]) {
                groups[module, default: Factors()].down = file[name]
            } else if let module = stripped(name, [".lora_B.weight", ".lora_up.weight"]) {
                groups[module, default: Factors()].up = file[name]
            } else if let module = stripped(name, [".alpha"]) {
                groups[module, default: Factors()].alpha = file[name]?.doubleArray().first
            } else {
                throw AdapterError(
                    "\(path): \(name) is no factor of a linear map; DoRA, saved modules and "
                        + "embeddings are not supported")
            }
        }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func stripped(_ name: String, _ ends: [String]) -> String? {
        ends.first(where: name.hasSuffix).map { String(name.dropLast($0.count)) }
    }

    /// What diffusers writes into the header.
    private static func metadata(
        _ file: SafetensorsFile, _ path: String
    ) throws(AdapterError) -> PEFTConfiguration? {
        guard let text = file.metadata["lora_adapter_metadata"] else { return nil }
        return try PEFTConfiguration(json: Data(text.utf8), file: path, prefix: "transformer.")
    }
}
