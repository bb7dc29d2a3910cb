import ArgumentParser
import Campaigns
import Console
import Foundation
import Training

struct TrainCodec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec", abstract: "Find a model's patch codec from clips.",
        discussion: """
            The file is a training with the objective sft; its clips decide in which directions \
            patches of pictures and of mel differ most, and codec.safetensors is written into its \
            model's folder. A model that has a codec keeps to it: latents of one mean nothing to \
            another.

            EXAMPLES
              duet train codec -f base.yaml
              duet train codec -f base.yaml --clips 500
            """)

    @OptionGroup var source: TrainingFileOptions

    @Option(help: "Only the first so many clips.")
    var clips: Int?

    func run() throws {
        let settings = try source.load(.sft)
        var bars: StageBars?
        do throws(TrainingError) {
            let path = try CodecRun(settings, folder: source.folder).run(most: clips ?? .max) {
                _, total in
                if bars == nil { bars = StageBars([("clips", total)]) }
                bars?.advance(0)
            }
            bars?.end()
            say("the codec is in \(path)")
        } catch {
            bars?.end()
            throw Failure.work(error.description)
        }
    }
}
