import Foundation
public import Generation
import Samplers
import Tensors

/// Pairs of made-up latents, listed as TRL lists pairs.
public enum ToyPairs {
    /// Writes pairs that winners can be told from losers in, and returns the listing's path.
    ///
    /// Their ids and contents follow from the range; latents lie beside the listing.
    public static func write(
        _ range: Range<Int>, of description: ModelDescription, to folder: String, name: String
    ) throws -> String {
        guard case .patches(let sizes) = description.codec else { throw CocoaError(.formatting) }
        let clip = description.clip
        let video = [
            sizes.videoChannels, clip.frames / sizes.videoPatch[0],
            clip.height / sizes.videoPatch[1], clip.width / sizes.videoPatch[2],
        ]
        let steps = (clip.samples(at: sizes.mel.sampleRate) / sizes.mel.hop + 7) / 8
        let audio = [sizes.audioChannels, steps, 2]
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var lines = ""
        for pair in range {
            for (side, mean) in [("chosen", Float(0.4)), ("rejected", -0.4)] {
                let noise = NoiseStream(seed: 31, stream: UInt32(pair))
                try SafetensorsFile.write(
                    [
                        "video": noise.tensor(video) * 0.5 + mean,
                        "audio": noise.tensor(audio) + mean,
                    ],
                    to: "\(folder)/\(pair)-\(side).safetensors")
            }
            lines += """
                {"pair_id": "pair-\(pair)", "prompt": "\(ToyModel.prompt)", \
                "chosen": "\(folder)/\(pair)-chosen.safetensors", \
                "rejected": "\(folder)/\(pair)-rejected.safetensors", "weight": 1}

                """
        }
        let path = "\(folder)/\(name).jsonl"
        try Data(lines.utf8).write(to: URL(filePath: path))
        return path
    }

    /// A training of the toy model on pairs, as a task has it.
    public static func document(
        pairs: String, heldOut: String? = nil, steps: Int = 30, every: Int = 7,
        loss: String = "{beta: {audio: 20, video: 20}}"
    ) -> String {
        """
        kind: Training
        name: toy-round
        objective: dpo
        model: put-in-by-the-engine
        data: [{file: \(pairs)}]
        \(heldOut.map { "held_out: [{file: \($0)}]" } ?? "")
        output: put-in-by-the-engine
        weights: {rank: 4, alpha: 8, dropout: 0.1}
        loss: \(loss)
        optim: {lr: 0.002, batch: 4, steps: \(steps), ema: 0.9}
        checkpoint: {every: \(every), keep: 2}
        """
    }
}
