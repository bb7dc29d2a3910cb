import ArgumentParser
import Console

struct CompletionsCommand: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print what makes a shell complete commands, options and names.",
        discussion: """
            EXAMPLES
              duet completions bash > ~/.local/share/bash-completion/completions/duet
              duet completions zsh > ~/.zfunc/_duet
              duet completions fish > ~/.config/fish/completions/duet.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.write(Duet.completionScript(for: kind) + "\n")
    }
}
