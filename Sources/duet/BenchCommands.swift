import ArgumentParser

struct BenchCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure the engine room: real processes, real Postgres, an engine that does nothing.",
        discussion: """
            Each starts what it needs in a temporary folder, prints one object, and ends by \
            itself.

            EXAMPLES
              duet bench replay --prompts 30000
              duet bench latency -o json
              duet bench restart --prompts 30000
              duet bench watch
              duet bench rank --prompts 30000
              duet bench export --pairs 100000
            """,
        subcommands: [
            BenchReplay.self, BenchLatency.self, BenchRestart.self, BenchWatch.self, BenchRank.self,
            BenchExport.self,
        ])
}
