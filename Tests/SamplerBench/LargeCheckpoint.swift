import FoundationEssentials
import Models
import Samplers
import Tensors

/// A checkpoint with the geometry of the released JavisDiT++ and random weights in bfloat16, to see
/// that a large one is mapped and not copied.
enum LargeCheckpoint {
    private static func configuration(layers: Int) -> JavisConfiguration {
        JavisConfiguration(wan: WanConfiguration(layers: layers))
    }

    /// Writes its first layers to a folder, in shards of about a gigabyte with an index.
    static func write(_ folder: String, layers: Int) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let shapes = JavisTransformer.shapes(configuration(layers: layers))
            .sorted { $0.key < $1.key }
        // Drawing two billion normal numbers would take minutes; one million repeated will do.
        let noise = NoiseStream(seed: 1, stream: 1).tensor([1 << 20]) * 0.02
        let bytes = noise.converted(to: .bf16).byteArray()
        var (shard, size, places): ([String: Tensor], Int, [(String, String)]) = ([:], 0, [])
        var number = 0
        func finish() throws {
            let name = "model-\(number).safetensors"
            try SafetensorsFile.write(shard, to: "\(folder)/\(name)")
            places += shard.keys.map { ($0, name) }
            (shard, size, number) = ([:], 0, number + 1)
        }
        for (name, shape) in shapes {
            let count = 2 * shape.reduce(1, *)
            var content: [UInt8] = []
            content.reserveCapacity(count)
            while content.count < count { content += bytes.prefix(count - content.count) }
            shard[name] = Tensor(bytes: content, shape: shape, .bf16)
            size += count
            if size > 1 << 30 { try finish() }
        }
        if !shard.isEmpty { try finish() }
        let map = places.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ",\n")
        try "{\"weight_map\": {\n\(map)}}\n".write(
            toFile: "\(folder)/model.safetensors.index.json", atomically: true, encoding: .utf8)
    }

    /// Builds the network over a folder and runs it once on a small clip.
    static func load(_ folder: String, layers: Int, threads: Int) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let checkpoint = try Checkpoint(path: folder)
        let network = try JavisTransformer(checkpoint, configuration(layers: layers))
        let parameters = checkpoint.names.reduce(0) {
            $0 + (checkpoint.layout($1)?.shape.reduce(1, *) ?? 0)
        }
        print("tensors \(checkpoint.names.count)  parameters \(parameters)")
        print("loaded in \(clock.now - start)  \(try memory())")
        let video = NoiseStream(seed: 1, stream: 1).tensor([1, 16, 2, 16, 16])
        let audio = NoiseStream(seed: 1, stream: 2).tensor([1, 8, 16, 16])
        let text = NoiseStream(seed: 1, stream: 3).tensor([1, 512, 4096])
        let first = clock.now
        let velocity = Team.with(threads: threads) {
            network.velocity(
                .init(video: video, audio: audio), timestep: Tensor([500]), text: text)
        }
        let isFinite = velocity.video?.floatArray().allSatisfy(\.isFinite) ?? false
        print("one call in \(clock.now - first), finite: \(isFinite)  \(try memory())")
    }

    /// Resident memory: the process's own, and what is mapped from files and shared.
    private static func memory() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func megabytes(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(key):") } ?? ""
            return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
        }
        return "own memory \(megabytes("RssAnon")) MB, mapped \(megabytes("RssFile")) MB"
    }
}
