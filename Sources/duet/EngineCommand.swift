import ArgumentParser
import Engines
import Linux

/// What the worker starts for its own engine; people start workers instead.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Run the engine that workers start.",
        discussion: """
            It speaks the protocol of external engines on stdin and stdout.

            EXAMPLES
              duet engine --models .duet/models
            """,
        shouldDisplay: false)

    @Option(help: "The folder of models and of learned rewards.")
    var models = ".duet/models"

    @Option(help: "Threads that one task runs on; by default one for each processor.")
    var threads: Int?

    func run() {
        let shelf = ModelShelf(models)
        let rewards = RewardShelf(models)
        for problem in shelf.problems + rewards.problems { remark(problem) }
        let version = Duet.configuration.version
        var session = EngineSession(
            [
                GenerateEngine(shelf), ScoreEngine(rewards.rewards),
                TrainEngine(shelf, version: version), EvaluateEngine(rewards),
            ],
            threads: threads ?? Machine.usableProcessors)
        session.serve(name: "duet", version: version)
    }
}
