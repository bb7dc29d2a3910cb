import ArgumentParser
import Console
import Generation
import Linux
import Tensors
import Words
import Worlds

struct WorldModelCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Show how a model's clips of the bounce world score beside the world's own.",
        usage: "duet world model <model> [<options>]",
        discussion: """
            The model makes a clip of each prompt of a split; by default of those that nothing was \
            trained or chosen on. For each output of the measures, and of learned rewards where \
            they are given: the mean over the world's own clips and over the model's, each with \
            half the width of its 95 % interval.

            EXAMPLES
              duet world model Jobs/bounce/models/bounce
              duet world model Jobs/bounce/models/bounce \\
                --adapter round/adapter.safetensors \\
                --rewards Jobs/bounce/models/rewards.safetensors -o csv
            """)

    @OptionGroup var format: OutputOptions

    @Argument(help: "The model's folder.", completion: .directory)
    var model: String

    @Option(help: "An adapter over the model, in any form.", completion: .file())
    var adapter: String?

    @Option(
        help: "The weights of learned rewards, to stand below the measures.",
        completion: .file(extensions: ["safetensors"]))
    var rewards: String?

    @Option(help: "Whose prompts.")
    var split = BounceSplit.evaluation

    @Option(help: "The seed of the clips and of the candidates.")
    var seed: UInt64 = 2024

    @Option(help: "Only the first so many prompts.")
    var prompts: Int?

    @Option(help: "Threads; by default one for each processor.")
    var threads: Int?

    func validate() throws {
        guard prompts ?? 1 > 0, threads ?? 1 > 0 else {
            throw ValidationError("--prompts and --threads must be above 0")
        }
    }

    func run() throws {
        try withModelFailures {
            let learned: BounceLearned?
            do throws(BounceLearnedError) {
                learned = if let rewards { try BounceLearned(path: rewards) } else { nil }
            } catch {
                throw Failure.work(error.description)
            }
            let folder = try ModelFolder(path: model)
            let over = try adapter.map { path throws in try AdapterFile(path: path) }
            let generator = try Generator(
                folder, precision: folder.description.sampler.precision, adapter: over)
            let chosen = split.prompts.prefix(prompts ?? .max)
            var bars = StageBars([("candidates", chosen.count)])
            var shown = 0
            let check = try Team.with(threads: threads ?? Machine.usableProcessors) {
                try BounceModelCheck(chosen, generator, seed: seed) { done, _ in
                    while shown < done {
                        bars.advance(0)
                        shown += 1
                    }
                }
            }
            bars.end()
            let rows = check.findings(learned).map { finding in
                Value.object([
                    .init("scorer", .text(finding.scorer)),
                    .init("metric", .text(finding.metric)),
                    .init("truth", rounded(finding.truth.value)),
                    .init("truth_interval", rounded(finding.truth.interval)),
                    .init("model", rounded(finding.made.value)),
                    .init("model_interval", rounded(finding.made.interval)),
                    .init("prompts", .integer(Int64(finding.count))),
                ])
            }
            var printer = ListingPrinter(
                try format.layout(Columns.modelChecks, identity: "metric", name: "model check"))
            Terminal.write(printer.text(of: rows) + printer.end())
        }
    }

    private func rounded(_ value: Double) -> Value { .number((value * 1000).rounded() / 1000) }
}
