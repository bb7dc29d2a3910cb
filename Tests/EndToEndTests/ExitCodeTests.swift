import Foundation
import Linux
import Testing

extension EndToEnd {
    @Suite struct ExitCodes {
        @Test(.timeLimit(.minutes(1)))
        func aBrokenCampaignFileIsTwoAndNamesTheLine() throws {
            let folder = try makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let file = folder + "/broken.yaml"
            try "kind: Campaign\nname: broken\npromts: {source: prompts.csv}\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try DuetProgram.run(["campaign", "submit", file])
            #expect(outcome.ending == .exited(2))
            #expect(outcome.error.contains("broken.yaml:3"), "\(outcome.error)")
            #expect(outcome.error.contains("promts"))
        }

        @Test(.timeLimit(.minutes(1)))
        func aFileThatDoesNotExistIsTwo() throws {
            let outcome = try DuetProgram.run(["campaign", "submit", "/nowhere/campaign.yaml"])
            #expect(outcome.ending == .exited(2))
            #expect(outcome.error.contains("/nowhere/campaign.yaml"))
        }

        @Test(.timeLimit(.minutes(1)))
        func noCoordinatorIsFiveAndSaysWhatToDo() throws {
            let nowhere = "ipc:///tmp/duet-e2e-nobody-is-here"
            let outcome = try DuetProgram.run(["campaign", "list", "--coordinator", nowhere])
            #expect(outcome.ending == .exited(5))
            #expect(outcome.error.contains("no coordinator answers at \(nowhere)"))
            #expect(outcome.error.contains("start one with `duet up`"))
        }

        @Test(.timeLimit(.minutes(1)))
        func anEndpointThatIsNoneIsTwo() throws {
            let outcome = try DuetProgram.run(["campaign", "list", "--coordinator", "head"])
            #expect(outcome.ending == .exited(2))
            #expect(outcome.error.contains("head"), "\(outcome.error)")
        }

        @Test(.timeLimit(.minutes(2)))
        func whatIsNotThereIsThree() throws {
            try withStack(.init(isInstant: true)) { stack in
                for command in [
                    ["campaign", "show", "nessie"], ["campaign", "cancel", "nessie"],
                    ["task", "list", "nessie"], ["task", "logs", "4711"],
                    ["pairs", "list", "nessie"], ["wait", "campaign", "nessie"],
                ] {
                    let outcome = try DuetProgram.run(
                        command, environment: ["DUET_COORDINATOR": stack.endpoint])
                    let words = command.joined(separator: " ")
                    #expect(outcome.ending == .exited(3), "\(words): \(outcome.error)")
                    #expect(outcome.output == "", "\(words)")
                    #expect(outcome.error.contains(command[2]), "\(words): \(outcome.error)")
                }
            }
        }
    }
}
