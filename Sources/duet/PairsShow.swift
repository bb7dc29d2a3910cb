import ArgumentParser
import Console
import Foundation
import Media
import Wire

struct PairsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show pairs: both clips with all their scores, and a picture of both.",
        usage: "duet pairs show <campaign> <pair> ... [<options>]",
        discussion: """
            PAIR is a number of `duet pairs list`, a prompt's key, or `best` or `worst` for the \
            pair with the largest or the smallest margin. The picture has the frames, waveform and \
            spectrogram of winner and loser side by side, and bars for their normalised scores; \
            several pairs stand below each other.

            EXAMPLES
              duet pairs show first p000001
              duet pairs show first best worst --sheet pairs.png
              duet pairs show first p000001 --ranking v2 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Argument(help: "The pair's number, its prompt's key, or best or worst.")
    var pair: [String]

    @Option(
        help: "Also draw the clips to this PNG file.", completion: .file(extensions: ["png"]))
    var sheet: String?

    @Option(help: "Another folder with the coordinator's artifacts.", completion: .directory)
    var artifacts: String?

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let pairs = try FoundPairs(campaign: name, ranking: ranking.ranking, with: &client)
        let shown = try pair.map { try pairs.find($0, artifacts: artifacts, with: &client) }
        let answer = shown.count == 1 ? shown[0].value : .list(shown.map(\.value))
        if !format.print(answer, name: "prompt") {
            let paint = Paint(for: Terminal.output)
            let texts = shown.map { $0.text(width: Terminal.listingColumns, paint) }
            Terminal.write(texts.joined(separator: "\n"))
        }
        guard let sheet else { return }
        try withMediaFailures {
            try SideBySide.stacked(shown.map { try $0.picture() }).writePNG(sheet)
        }
        if format.output == .text {
            say("\(shown.count == 1 ? "both" : "all of them") are drawn in \(sheet)")
        }
    }
}

struct PairsStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show the winners and margins of a ranking's pairs.",
        usage: "duet pairs stats <campaign> [<options>]",
        discussion: """
            `duet campaign stats` shows the scores and how rewards go together besides.

            EXAMPLES
              duet pairs stats first
              duet pairs stats first --ranking v2 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let found = try client.value(
            .rankingStatistics(campaign: name, ranking: ranking.ranking))["statistics"]
        let keys = [
            "prompts", "candidates", "pairs", "ties", "ground_truth_winner_share", "margin",
            "margins", "unpaired",
        ]
        let answer = Value.object(keys.map { .init($0, found[$0]) })
        if format.print(answer, name: "pairs") { return }
        let width = Terminal.listingColumns
        let paint = Paint(for: Terminal.output)
        var lines = ["pairs of campaign \(name)"]
        lines += winnerLines(found, width: width, paint)
        lines += ["", paint("margins", .bold)]
        lines += distributions(
            [.init("all", found["margin"])] + named(found["margins"]), width: width, paint)
        Terminal.write(lines.map { $0 + "\n" }.joined())
    }
}
