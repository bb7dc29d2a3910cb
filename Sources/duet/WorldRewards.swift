import Words
import ArgumentParser
import Console
import Foundation
import Linux
import Rewards
import Tensors
import Worlds

struct WorldRewards: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewards",
        abstract: "Train the learned rewards of the bounce world.",
        usage: "duet world rewards --output <file> [<options>]",
        discussion: """
            Three small networks learn from simulated clips of the base split: which text, \
            pictures and sound belong together, how badly a clip was made worse, by how much its \
            sound was shifted. The same options give the same weights on any number of threads. \
            The losses go to a file of the same name that ends in .csv.

            EXAMPLES
              duet world rewards -o rewards.safetensors
              duet world rewards --steps 100 --clips 500 --threads 4 -o try.safetensors
            """)

    @Option(
        name: .shortAndLong, help: "The file to write.",
        completion: .file(extensions: ["safetensors"]))
    var output: String

    @Option(help: "Train only this network and keep the file's others; may be given several times.")
    var part: [BounceRewardTraining.Part] = []

    @Option(help: "Clips that are simulated.")
    var clips = 2000

    @Option(help: "Steps of each network; by default embedder 300, quality 500, sync 600.")
    var steps: Int?

    @Option(help: "The seed of clips, first weights and everything else.")
    var seed: UInt64 = 1

    @Option(help: "Threads to work with.")
    var threads = 2

    func validate() throws {
        guard (64...1_000_000).contains(clips) else {
            throw ValidationError("--clips \(clips): write from 64 to 1000000.")
        }
        if let steps, !(1...1_000_000).contains(steps) {
            throw ValidationError("--steps \(steps): write from 1 to 1000000.")
        }
        guard (1...256).contains(threads) else {
            throw ValidationError("--threads \(threads): write from 1 to 256.")
        }
        guard output.hasSuffix(".safetensors") else {
            throw ValidationError("--output \(output): the name must end in .safetensors.")
        }
    }

    func run() throws {
        let parts = BounceRewardTraining.Part.allCases.filter { part.isEmpty || part.contains($0) }
        var bars = StageBars([("clips", clips)] + parts.map { ($0.rawValue, settings($0).steps) })
        let start = Clock.monotonic
        let pool = (0..<clips).map { index in
            defer { bars.advance(0) }
            return BounceRewardTraining.clip(index, settings(.sync))
        }
        var curves = csvRecord(["part", "step", "loss"])
        do {
            var (weights, metadata) = try kept(parts)
            Team.with(threads: threads) {
                for (index, part) in parts.enumerated() {
                    let settings = settings(part)
                    var training = BounceRewardTraining(part, settings, clips: pool)
                    for step in 1...settings.steps {
                        let loss = training.advance()
                        curves += csvRecord([part.rawValue, "\(step)", decimals(loss, 4)])
                        bars.advance(index + 1)
                    }
                    weights.merge(training.stored) { $1 }
                    metadata[part.rawValue] = settings.text
                }
            }
            try SafetensorsFile.write(weights, metadata: metadata, to: output)
            let file = output.dropLast("safetensors".count) + "csv"
            try Data(curves.utf8).write(to: URL(filePath: String(file)))
        } catch {
            throw Failure.work("\(error)")
        }
        bars.end()
        let seconds = Double(Clock.monotonic - start) / 1e9
        say(
            "\(output) in \(duration(seconds)); `duet world check --rewards \(output)` says how "
                + "well they tell good from bad")
    }

    private func settings(_ part: BounceRewardTraining.Part) -> BounceRewardTraining.Settings {
        .init(clips: clips, steps: steps ?? part.usualSteps, seed: seed)
    }

    /// The weights of the other parts, which the file keeps, and what made them.
    private func kept(
        _ parts: [BounceRewardTraining.Part]
    ) throws -> ([String: Tensor], [String: String]) {
        guard !part.isEmpty, FileManager.default.fileExists(atPath: output) else {
            return ([:], [:])
        }
        let file = try SafetensorsFile(path: output)
        var weights: [String: Tensor] = [:]
        for name in file.names where !parts.contains(where: { name.hasPrefix("\($0.rawValue).") }) {
            weights[name] = file[name]
        }
        return (weights, file.metadata)
    }
}
