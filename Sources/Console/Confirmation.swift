import Glibc

/// Asks a person before something that cannot be undone.
public enum Confirmation {
    /// Whether there is somebody to ask.
    public static var isPossible: Bool { Terminal.isTerminal(Terminal.input) }

    /// Says what will happen and returns whether the answer was yes; no answer is no.
    public static func ask(_ sentences: [String]) -> Bool {
        let lines = sentences.map { $0 + "\n" }.joined()
        Terminal.write(lines + "Go on? [y/N] ", to: Terminal.error)
        let answer = Terminal.readAnswer()?.lowercased() ?? ""
        return ["y", "yes"].contains(answer)
    }
}
