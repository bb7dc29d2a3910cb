import ArgumentParser
import Console
import Rewards
import Worlds

struct WorldCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Show how well rewards of the bounce world tell good clips from bad ones.",
        usage: "duet world check [<options>]",
        discussion: """
            For a clip of each prompt of a split: the mean of each output, how often a prompt with \
            one other word gets a lower score, how often a sound 50 ms too early or too late a \
            higher desync, and Spearman's correlation of each quality with what was left good of \
            clips that were made worse.

            EXAMPLES
              duet world check
              duet world check --rewards rewards.safetensors --split evaluation -o csv
            """)

    @OptionGroup var format: OutputOptions

    @Option(
        help: "The weights of learned rewards, to stand beside the measures.",
        completion: .file(extensions: ["safetensors"]))
    var rewards: String?

    @Option(help: "Whose prompts.")
    var split = BounceSplit.tuning

    @Option(help: "The seed of the clips.")
    var seed: UInt64 = 2024

    func run() throws {
        let prompts = split.prompts
        let measures = BounceMeasures()
        let measured = BounceCheck(prompts, seed: seed) { clips in
            clips.map { measures.score($0.view, prompt: $0.prompt) }
        }.findings()
        var learned: [BounceCheck.Finding] = []
        if let rewards {
            do throws(BounceLearnedError) {
                let networks = try BounceLearned(path: rewards)
                learned = BounceCheck(prompts, seed: seed) { networks.score($0) }.findings()
            } catch {
                throw Failure.work(error.description)
            }
        }
        let rows = measured.indices.map { index -> Value in
            let other = learned.isEmpty ? Value.null : rounded(learned[index].value)
            return .object([
                .init("check", .text(measured[index].name)),
                .init("cases", .integer(Int64(measured[index].count))),
                .init("measured", rounded(measured[index].value)), .init("learned", other),
            ])
        }
        var printer = ListingPrinter(
            try format.layout(Columns.checks, identity: "check", name: "check"))
        Terminal.write(printer.text(of: rows) + printer.end())
    }

    private func rounded(_ value: Double) -> Value { .number((value * 1000).rounded() / 1000) }
}
