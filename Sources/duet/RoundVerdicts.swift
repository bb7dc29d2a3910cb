import ArgumentParser
import Wire

/// A command by which a person decides on a round; what differs is the verdict and its help.
protocol RoundVerdict: ParsableCommand {
    static var verdict: RoundCommand { get }
    var round: RoundArgument { get }
}

extension RoundVerdict {
    func run() throws {
        var client = try Client(round.address.endpoint)
        say(try client.done(.round(round.round, Self.verdict)))
    }
}

struct RoundPromote: RoundVerdict {
    static let verdict = RoundCommand.promote
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Take a round's adapter into use.",
        discussion: """
            The next round's candidates come from it.

            EXAMPLES
              duet round promote quickstart/1
            """)

    @OptionGroup var round: RoundArgument
}

struct RoundHold: RoundVerdict {
    static let verdict = RoundCommand.hold
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Have a round's adapter wait for a decision.",
        discussion: """
            EXAMPLES
              duet round hold quickstart/1
            """)

    @OptionGroup var round: RoundArgument
}

struct RoundRollback: RoundVerdict {
    static let verdict = RoundCommand.rollBack
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take a round's adapter out of use; the one before it is used again.",
        discussion: """
            EXAMPLES
              duet round rollback quickstart/2
            """)

    @OptionGroup var round: RoundArgument
}

struct RoundCancel: RoundVerdict {
    static let verdict = RoundCommand.cancel
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Have a round go no further.",
        discussion: """
            Its campaigns are cancelled with `duet campaign cancel`.

            EXAMPLES
              duet round cancel quickstart/2
            """)

    @OptionGroup var round: RoundArgument
}
