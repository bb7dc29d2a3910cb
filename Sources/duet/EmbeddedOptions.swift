import ArgumentParser
import Foundation
import Linux

/// What workers are told of the engine that is built in.
struct EmbeddedOptions: ParsableArguments {
    @Option(
        help: """
            The folder of models, each a folder with a model.json; by default models in the \
            stack's folder, .duet.
            """,
        completion: .directory)
    var models: String?

    @Flag(inversion: .prefixedNo, help: "Run the engine that is built in: it runs those models.")
    var embedded = true

    @Option(help: "Threads of each such engine; by default the processors over the slots.")
    var threads: Int?

    init() {}

    init(isOn: Bool) {
        (models, threads) = (nil, nil)
        embedded = isOn
    }

    /// The command that starts it in a worker of so many slots; none when it is not wanted.
    ///
    /// The processors are shared out among the slots.
    func commands(slots: Int) -> [[String]] {
        guard embedded else { return [] }
        let path = URL(filePath: models ?? ".duet/models").standardizedFileURL.path
        let threads = threads ?? max(1, Machine.usableProcessors / max(1, slots))
        return [
            [CommandLine.executablePath, "engine", "--models", path, "--threads", "\(threads)"]
        ]
    }

    /// The same options for one of so many workers of a stack in a folder, who share a machine.
    func arguments(in folder: String, workers: Int, slots: Int) -> [String] {
        guard embedded else { return ["--no-embedded"] }
        let path = URL(filePath: models ?? "\(folder)/models").standardizedFileURL.path
        let threads = threads ?? max(1, Machine.usableProcessors / max(1, workers * slots))
        return ["--models", path, "--threads", "\(threads)"]
    }
}
