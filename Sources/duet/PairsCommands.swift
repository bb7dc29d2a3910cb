import ArgumentParser
import Foundation
import Wire

struct PairsCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs", abstract: "Look at a campaign's pairs.",
        subcommands: [PairsList.self])
}

struct PairsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the pairs of a campaign's latest ranking.",
        discussion: "EXAMPLES\n  duet pairs list bouncing-balls --limit 10")

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "The campaign's name or number.")
    var campaign: String

    @Option(help: "At most so many.")
    var limit: Int32 = 100

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let json = try client.query(
                .pairs(campaign: campaign, filter: "", after: 0, limit: limit))
            if format.output == .json { return printJSON(json) }
            var table = Table(["PROMPT", "WINNER", "LOSER", "MARGIN", "AUDIO", "VIDEO", "JOINT"])
            for pair in try decodeAnswer([Answers.Pair].self, from: json) {
                let margins = ["audio", "video", "audio_video"].map { name in
                    pair.margins[name].map(decimals) ?? ""
                }
                table.add(
                    [pair.prompt, "\(pair.winner)", "\(pair.loser)", decimals(pair.margin)]
                        + margins)
            }
            table.show()
        }
    }
}

/// A number with three decimals.
func decimals(_ value: Double) -> String {
    let thousandths = Int((value.magnitude * 1000).rounded())
    let fraction = String(thousandths % 1000 + 1000).dropFirst()
    return "\(value < 0 ? "-" : "")\(thousandths / 1000).\(fraction)"
}
