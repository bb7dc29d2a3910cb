import Console
import Foundation
import Generation
import Models
import Samplers
import Tensors
import Words

/// What `duet model show` says of a model.
struct ModelReport {
    private let path: String
    private let hash: String
    private let folder: ModelFolder?
    private let codec: (video: [Int], audio: [Int])?
    private let checkpoint: Checkpoint
    private let files: [String]

    init(_ path: String) throws {
        self.path = path
        if let tensors = try Self.bareCheckpoint(path) {
            (folder, codec, checkpoint) = (nil, nil, tensors)
            files = tensors.files.map(\.path)
            hash = try files.count == 1 ? fileHash(files[0]) : ModelFolder.hash(of: files)
            return
        }
        let model = try ModelFolder(path: path)
        // Built, so that weights which do not fit are said to.
        _ = try model.transformer(precision: .float32)
        let codec = try model.codec()
        let clip = model.description.clip
        self.codec = (codec.videoShape(clip), codec.audioShape(clip))
        (folder, hash) = (model, try model.hash())
        checkpoint = try model.transformerWeights()
        files = checkpoint.files.map(\.path)
    }

    /// The tensors of a path that is no model's folder; nil when it is one.
    private static func bareCheckpoint(_ path: String) throws(ModelError) -> Checkpoint? {
        guard !ModelFolder.isOne(path) else { return nil }
        do throws(SafetensorsError) {
            return try Checkpoint(path: path)
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw ModelError(exists ? .broken : .notFound, "\(error)")
        }
    }

    /// Networks whose tensors are told by their names.
    private var architecture: String {
        if let folder { return folder.description.architecture.rawValue }
        let names = Set(checkpoint.names)
        func has(_ part: String) -> Bool { names.contains { $0.contains(part) } }
        if has("lora_A") || has("lora_down") { return "LoRA adapter" }
        if has("audio_patch_embedding.") { return "javisdit++" }
        return has("patch_embedding.") && has("blocks.0.") ? "wan" : "unknown"
    }

    private var tensors: [(name: String, shape: [Int], type: ElementType)] {
        checkpoint.names.compactMap { name in
            checkpoint.layout(name).map { (name, $0.shape, $0.elementType) }
        }
    }

    private var parameters: Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    /// Bytes of each element type, the most first.
    private var types: [(type: String, bytes: Int)] {
        Dictionary(grouping: tensors, by: \.type.rawValue)
            .map { ($0.key, $0.value.reduce(0) { $0 + $1.shape.reduce($1.type.size, *) }) }
            .sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
    }

    /// All of it, for programs.
    var value: Value {
        var members: [Value.Member] = [
            .init("path", .text(path)), .init("architecture", .text(architecture)),
            .init("hash", .text(hash)), .init("parameters", .integer(Int64(parameters))),
            .init("files", .list(files.map { .text($0) })),
            .init(
                "tensors",
                .list(
                    tensors.map { name, shape, type in
                        .object([
                            .init("name", .text(name)),
                            .init("shape", .list(shape.map { .integer(Int64($0)) })),
                            .init("dtype", .text(type.rawValue)),
                        ])
                    })),
        ]
        if let folder, let data = try? folder.description.json(),
            let description = try? Value(json: data)
        {
            members.insert(.init("name", .text(folder.description.name)), at: 1)
            members.append(.init("description", description))
        }
        return .object(members)
    }

    /// All of it, for people.
    func text(_ paint: Paint) -> String {
        var lines = ["\(folder.map { paint($0.description.name, .bold) } ?? path): \(architecture)"]
        lines += [line("hash", hash)]
        if let folder { lines += described(folder) }
        let sizes = types.map { "\($0.type) \(byteSize(Int64($0.bytes)))" }
        lines.append(
            line(
                "parameters",
                "\(grouped(parameters)) in \(counted(tensors.count, "tensor")), "
                    + sizes.joined(separator: ", ")))
        lines += files.map { line("file", $0) }
        lines += [""] + groups
        return lines.map { $0 + "\n" }.joined()
    }

    private func described(_ folder: ModelFolder) -> [String] {
        let d = folder.description
        let (n, s) = (d.network, d.sampler)
        let clip = d.clip
        let text =
            folder.vocabulary.map {
                "\(counted($0.words.count, "word")) of its own, at most \(d.text.length) in a text"
            } ?? "\(counted(d.text.length, "state")) of an encoder, \(d.text.width) numbers each"
        return [
            line(
                "network",
                "\(counted(n.layers, "block")), width \(n.width), \(counted(n.heads, "head")), "
                    + "feed-forward \(n.hidden) for video and \(n.audioHidden) for audio"),
            line(
                "positions", n.positions.text + (n.learnedPositions == nil ? "" : ", learned too")),
            line("text", text),
            line(
                "clip",
                "\(counted(clip.frames, "picture")) of \(clip.width)x\(clip.height) at "
                    + "\(clip.rate)/s, \(decimals(clip.seconds, 2)) s"),
            line("latents", "video \(codec?.video ?? []), audio \(codec?.audio ?? [])"),
            line(
                "sampler",
                "\(s.solver.text), \(counted(s.steps, "step")), shift \(s.shift.text), guidance "
                    + "\(s.videoGuidance.text) for video and \(s.audioGuidance.text) for audio, "
                    + s.precision.rawValue),
        ]
    }

    private func line(_ name: String, _ text: String) -> String {
        "  \(name)" + String(repeating: " ", count: max(1, 12 - name.count)) + text
    }

    /// The tensors, those of equal blocks in one line.
    private var groups: [String] {
        var order: [String] = []
        var counts: [String: Int] = [:]
        for (name, shape, type) in tensors {
            let parts = name.split(separator: ".").map { Int($0) == nil ? String($0) : nil }
            // Only a block's own number is left out; a layer's number within it is a name.
            let block = parts.firstIndex { $0 == nil }.flatMap { index in
                index > 0 && parts[index - 1]?.hasSuffix("blocks") == true ? index : nil
            }
            var pieces = name.split(separator: ".").map(String.init)
            if let block { pieces[block] = "N" }
            let key = "  \(pieces.joined(separator: "."))  \(shape) \(type.rawValue)"
            if counts[key] == nil { order.append(key) }
            counts[key, default: 0] += 1
        }
        return order.map { key in
            let count = counts[key] ?? 1
            return count > 1 ? "\(key)  x\(count)" : key
        }
    }
}
