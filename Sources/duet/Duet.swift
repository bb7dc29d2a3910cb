import ArgumentParser
import Console
import Foundation

/// The command line: files for each noun carry its name.
@main
struct Duet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duet",
        abstract: "Preference data for joint audio-video generators, made at scale.",
        discussion: """
            EXAMPLES
              duet doctor
              duet up --workers 2 --engine "python3 deploy/engines/example.py"
              duet campaign init > campaign.yaml
              duet validate Jobs/first/campaign.yaml
              duet campaign submit Jobs/first/campaign.yaml --watch
              duet campaign why first
              duet top

            Exit codes: 0 ok, 1 failed work, 2 usage, 3 not found, 4 conflict, 5 unreachable, 124 \
            time is up.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Work",
                subcommands: [
                    CampaignCommands.self, RoundCommands.self, TaskCommands.self,
                    RankingCommands.self, PairsCommands.self,
                    WaitCommand.self, TopCommand.self, EventsCommand.self,
                ]),
            CommandGroup(
                name: "Campaign file",
                subcommands: [
                    ValidateCommand.self, DiffCommand.self, ExplainCommand.self,
                    SchemaCommand.self,
                ]),
            CommandGroup(
                name: "Clips and models",
                subcommands: [
                    GenerateCommand.self, ModelCommands.self, TrainCommands.self,
                    AdapterCommands.self, MediaCommands.self, WorldCommands.self,
                ]),
            CommandGroup(
                name: "Cluster",
                subcommands: [
                    UpCommand.self, CoordinatorCommand.self, WorkerCommands.self,
                    DoctorCommand.self, DatabaseCommands.self, BenchCommands.self,
                    CompletionsCommand.self, EngineCommand.self,
                ]),
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            show(failure.message)
            Foundation.exit(failure.code)
        } catch {
            let code = exitCode(for: error)
            // Help, completions and the like: not a failure, and printed where results go.
            if code == .success || error is ExitCode { exit(withError: error) }
            let message = fullMessage(for: error)
            show(message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message)
            // 64 is the parser's own code for usage; scripts rely on ours.
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }

    private static func show(_ message: String) {
        let paint = Paint(for: Terminal.error)
        // A pipe gets lines as long as they are, to search in.
        let width = Terminal.size(Terminal.error)?.columns ?? .max
        Terminal.write(
            problemText(message, program: "duet", width: width, paint: paint), to: Terminal.error)
    }
}
