import Artifacts
import Campaigns
import Foundation
import Linux
import Models
import Rounds

/// Writes the adapter of a round in the forms of other programs, beside the artifacts.
///
/// They lie in `adapters/NAME-NUMBER-HASH/FORM`, under the names that loaders look for. A form
/// appears whole, so one that is there need not be written again.
struct AdapterForms {
    let artifacts: String

    /// Writes what the round declares; a form that cannot be written says why and stops nothing.
    func write(of record: RoundRecord) -> [AdapterExport] {
        guard let file = record.adapter else { return [] }
        let folder =
            "\(artifacts)/adapters/\(record.name)-\(record.number)-\(file.sha256.prefix(12))"
        return record.round.export.map { format in
            do {
                guard let form = AdapterForm(rawValue: format.rawValue) else {
                    return AdapterExport(form: format.rawValue, problem: "it is not known")
                }
                let path = "\(folder)/\(form.rawValue)"
                if !FileManager.default.fileExists(atPath: path) {
                    var adapter = try Adapter(path: file.path)
                    adapter.baseModel = record.dataset?.model
                    try write(adapter, form, to: path)
                }
                return try written(form, path)
            } catch {
                return AdapterExport(form: format.rawValue, problem: "\(error)")
            }
        }
    }

    /// Writes under another name first, so that nobody ever sees half a form.
    private func write(_ adapter: Adapter, _ form: AdapterForm, to path: String) throws {
        let partial = "\(path).partial"
        // What is left of an attempt that was killed.
        try? FileManager.default.removeItem(atPath: partial)
        _ = try adapter.write(form, to: partial)
        for name in try FileManager.default.contentsOfDirectory(atPath: partial) {
            try FileSystem.flush("\(partial)/\(name)")
        }
        try FileSystem.flush(partial)
        try FileSystem.place(partial, at: path)
    }

    private func written(_ form: AdapterForm, _ path: String) throws -> AdapterExport {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        guard let weights = names.first(where: { $0.hasSuffix(".safetensors") }) else {
            return AdapterExport(form: form.rawValue, problem: "\(path) holds no weights")
        }
        return AdapterExport(
            form: form.rawValue, path: form == .peft ? path : "\(path)/\(weights)",
            sha256: try FileHash.sha256(ofFile: "\(path)/\(weights)"))
    }
}
