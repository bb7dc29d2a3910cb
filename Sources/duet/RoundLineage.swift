import ArgumentParser
import Console
import Wire

struct RoundLineage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Show what an adapter was made of, or which adapters came of a candidate.",
        usage: """
            duet round lineage (<round> | --candidate … | --pair … | --prompt … | --ranking …)
            """,
        discussion: """
            From a round the tree goes back to pairs, candidates, seeds, models, rewards and rule. \
            From a candidate, pair, prompt or ranking it goes to the rounds that were trained on \
            it, and from each to the rounds that start from its adapter.

            EXAMPLES
              duet round lineage quickstart/1
              duet round lineage quickstart/1 -o json > lineage.json
              duet round lineage --prompt quickstart/small-red-square-once-low-buzz
              duet round lineage --candidate quickstart/small-red-square-once-low-buzz/2
              duet round lineage --pair quickstart/small-red-square-once-low-buzz/2-0
              duet round lineage --ranking quickstart/r1
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions

    @Argument(
        help: "The round, as NAME/NUMBER, or NAME for the last one.",
        completion: .custom(Completion.rounds))
    var round: String?

    @Option(help: "A candidate, as CAMPAIGN/PROMPT/NUMBER (-1 is ground truth), or its task.")
    var candidate: String?

    @Option(help: "A pair, as CAMPAIGN/PROMPT/WINNER-LOSER.")
    var pair: String?

    @Option(help: "A prompt, as CAMPAIGN/PROMPT.")
    var prompt: String?

    @Option(help: "A ranking, as CAMPAIGN/RANKING.")
    var ranking: String?

    @Option(help: "How many pairs of each round are shown to a person; -o json has all.")
    var pairs = 3

    /// What the coordinator is asked.
    private var selectors: [String] {
        [
            round, candidate.map { "candidate:" + $0 }, pair.map { "pair:" + $0 },
            prompt.map { "prompt:" + $0 }, ranking.map { "ranking:" + $0 },
        ].compactMap(\.self)
    }

    func validate() throws {
        guard selectors.count == 1 else {
            throw ValidationError(
                "name one thing: a round, or --candidate, --pair, --prompt or --ranking")
        }
    }

    func run() throws {
        var client = try Client(address.endpoint)
        let tree = try client.value(.lineage(selectors[0]), patience: 300_000)
        if format.print(tree, name: "name") { return }
        let shown = tree.keeping(pairs: pairs)
        Terminal.write(
            lineageText(shown, width: Terminal.listingColumns, Paint(for: Terminal.output)))
        if round == nil, tree["children"].list.isEmpty {
            remark("no round was trained on it")
        }
    }
}
