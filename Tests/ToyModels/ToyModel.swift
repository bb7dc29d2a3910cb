public import Generation
public import Media
public import Models
public import Tensors

import Foundation
import Samplers

/// Small models with random weights, in folders.
public enum ToyModel {
    /// The words that the toy world's prompts are made of.
    public static let words =
        "a small large red green blue yellow purple white circle square triangle bounces once "
        + "twice three times with low middle high bell drum buzz sound"

    /// A prompt in its words.
    public static let prompt = "a small red circle bounces three times with a low bell sound"

    /// The toy world's sizes at a smaller width, or others.
    public static func description(
        width: Int = 48, heads: Int = 4, layers: Int = 2,
        clip: ClipShape? = nil, sampler: SamplerSettings? = nil
    ) throws -> ModelDescription {
        let clip = try clip ?? ClipShape(frames: 16, height: 32, width: 16, rate: rate("8"))
        let mel = MelSettings(
            sampleRate: 16000, fft: 1024, hop: 160, bins: 64, lowest: 50, highest: 8000, gain: 60,
            quietest: 0.01, loudest: 60)
        let sizes = CodecDescription.Patches(
            videoPatch: [2, 8, 8], videoChannels: 64, audioPatch: [8, 32], audioChannels: 32,
            mel: mel)
        let configuration = JavisConfiguration(
            wan: WanConfiguration(
                width: width, heads: heads, hidden: 2 * width, layers: layers, channelsIn: 64,
                channelsOut: 64, patch: [1, 1, 1], timeWaves: 32, textWidth: 24),
            audioHidden: 3 * width, audioChannels: 32, audioPatch: [1, 1],
            positions: .interleaveOffset(.halfEven), roundsTimesteps: false,
            learnedPositions: .init(
                video: [clip.frames / 2, clip.height / 8, clip.width / 8],
                audio: [(clip.samples(at: 16000) / 160 + 7) / 8, 2]))
        return ModelDescription(
            name: "toy", network: .init(configuration),
            text: .init(kind: .words, length: 13, width: 24), clip: clip,
            codec: .patches(sizes), sampler: sampler ?? SamplerSettings(steps: 3))
    }

    /// Reads a rate.
    public static func rate(_ text: String) throws -> Rate {
        guard let rate = Rate(text: text) else { throw CocoaError(.formatting) }
        return rate
    }

    /// Random weights of every shape the model asks for.
    public static func weights(_ description: ModelDescription) throws -> [String: Tensor] {
        let vocabulary = try vocabulary()
        let shapes = JavisTransformer.shapes(
            description.configuration(words: vocabulary.rows, precision: .float32))
        var weights: [String: Tensor] = [:]
        for (index, (name, shape)) in shapes.sorted(by: { $0.key < $1.key }).enumerated() {
            let scale = shape.count > 1 ? 1 / Float(shape[1...].reduce(1, *)).squareRoot() : 0.1
            let noise = NoiseStream(seed: 11, stream: UInt32(index)).tensor(shape) * scale
            weights[name] = name.contains("norm") && name.hasSuffix("weight") ? noise + 1 : noise
        }
        return weights
    }

    /// The toy world's words.
    public static func vocabulary() throws -> Vocabulary {
        try Vocabulary(words.split(separator: " ").map(String.init))
    }

    /// A codec with random directions.
    public static func codec(_ description: ModelDescription) -> [String: Tensor] {
        guard case .patches(let sizes) = description.codec else { return [:] }
        let parts = [
            ("video", 3 * sizes.videoPatch.reduce(1, *), sizes.videoChannels),
            ("audio", sizes.audioPatch.reduce(1, *), sizes.audioChannels),
        ]
        var tensors: [String: Tensor] = [:]
        for (index, (name, numbers, channels)) in parts.enumerated() {
            let stream = NoiseStream(seed: 12, stream: UInt32(index))
            let basis = stream.tensor([channels, numbers])
            tensors["\(name).mean"] = Tensor(repeating: -0.2, shape: [numbers])
            tensors["\(name).basis"] = basis * (1 / Float(numbers).squareRoot())
            tensors["\(name).scale"] = Tensor(repeating: 0.7, shape: [channels])
        }
        return tensors
    }

    /// Writes a model to a folder.
    public static func write(_ path: String, _ description: ModelDescription? = nil) throws {
        let description = try description ?? Self.description()
        try ModelFolder.write(
            description, transformer: weights(description), codec: codec(description),
            vocabulary: vocabulary(), to: path)
    }
}

extension ToyModel {
    /// Makes a model that embeds words one that is given its texts' states, and writes those.
    public static func turnWordsIntoStates(
        _ path: String, of texts: [String], to file: String, name: String = "toy"
    ) throws {
        let model = try ModelFolder(path: path)
        var (description, weights) = (model.description, try weights(model.description))
        let network = try JavisTransformer(
            Checkpoint(tensors: weights),
            description.configuration(words: vocabulary().rows, precision: .float32))
        var states: [String: Tensor] = [:]
        for text in texts {
            let numbers = try vocabulary().numbers(of: text, length: description.text.length)
            states[text] = network.states(ofWords: [numbers]).selected(0, 0).inOwnMemory()
        }
        try SafetensorsFile.write(states, to: file)
        weights["word_embedding.weight"] = nil
        description.name = name
        description.text = .init(
            kind: .states, length: description.text.length, width: description.text.width)
        try ModelFolder.write(
            description, transformer: weights, codec: codec(description), vocabulary: nil, to: path)
    }
}

extension ToyModel {
    /// A clip with a moving edge and a tone, written without loss.
    public static func writeClip(
        _ path: String, seconds: Double = 2, hasSound: Bool = true
    ) throws {
        let size = PictureSize(width: 48, height: 64)
        let rate = try rate("25")
        let pictures = (0..<Int(seconds * 25)).flatMap { t in
            (0..<size.area).flatMap { place -> [UInt8] in
                let x = place % size.width
                return x < 2 * t % size.width ? [200, 60, 40] : [40, UInt8(3 * x), 90]
            }
        }
        let samples = (0..<Int(seconds * 22050)).map { Float(0.2 * sin(Double($0) * 0.2)) }
        let clip = MediaClip(
            video: VideoClip(size: size, rate: rate, bytes: pictures),
            audio: hasSound ? AudioClip(sampleRate: 22050, channels: 1, samples: samples) : nil)
        try clip.write(path, .mkv)
    }
}

extension ToyModel {
    /// An adapter over some maps of a model; factors of size 0 change nothing.
    public static func adapter(
        _ description: ModelDescription, maps: [String]? = nil, size: Float = 1
    ) throws -> Adapter {
        let shapes = JavisTransformer.shapes(
            description.configuration(words: try vocabulary().rows, precision: .float32))
        let maps = maps ?? ["blocks.0.self_attn.q", "blocks.1.ffn.0", "blocks.1.audio_ffn.2"]
        var adapter = Adapter(modules: [:])
        for (index, map) in maps.enumerated() {
            guard let shape = shapes["\(map).weight"] else { throw CocoaError(.formatting) }
            let stream = NoiseStream(seed: 13, stream: UInt32(index))
            adapter.modules[map] = Adapter.Module(
                down: stream.tensor([4, shape[1]]) * 0.3,
                up: stream.tensor([shape[0], 4]) * (0.3 * size), alpha: 8)
        }
        return adapter
    }
}
