import ArgumentParser
import Linux

/// The command line: one file for each noun.
@main
struct Duet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duet",
        abstract: "Preference data for joint audio-video generators, made at scale.",
        discussion: """
            EXAMPLES
              duet up --workers 2 --engine "python3 deploy/engines/example.py"
              duet campaign submit Jobs/first/campaign.yaml
              duet wait campaign bouncing-balls
              duet campaign show bouncing-balls
            """,
        version: "0.1.0",
        subcommands: [
            UpCommand.self, CoordinatorCommand.self, WorkerCommands.self, CampaignCommands.self,
            TaskCommands.self, PairsCommands.self, DatabaseCommands.self, WaitCommand.self,
            BenchCommands.self,
        ])
}
