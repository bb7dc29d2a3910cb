import ArgumentParser
import Console
import Foundation
import Media
import Wire

struct PairsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one pair: both clips with all their scores, and a picture of both.",
        usage: "duet pairs show <campaign> <pair> [<options>]",
        discussion: """
            PAIR is a number of `duet pairs list`, a prompt's key, or `best` or `worst` for
            the pair with the largest or the smallest margin. The picture has the frames,
            waveform and spectrogram of winner and loser side by side, and bars for their
            normalised scores.

            EXAMPLES
              duet pairs show first p000001
              duet pairs show first best --sheet pair.png
              duet pairs show first p000001 --ranking v2 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Argument(help: "The pair's number, its prompt's key, or best or worst.")
    var pair: String

    @Option(
        help: "Also draw both clips to this PNG file.", completion: .file(extensions: ["png"]))
    var sheet: String?

    @Option(help: "Another folder with the coordinator's artifacts.", completion: .directory)
    var artifacts: String?

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let header = try decodeAnswer(
            Answers.ExportHeader.self,
            from: try client.query(.exportHeader(campaign: name, ranking: ranking.ranking)))
        let found = try find(name, with: &client)
        let shown = ShownPair(found, header, artifacts: artifacts)
        if !format.print(shown.value, name: "prompt") {
            Terminal.write(
                shown.text(width: Terminal.listingColumns, Paint(for: Terminal.output)))
        }
        guard let sheet else { return }
        try withMediaFailures { try shown.picture().writePNG(sheet) }
        if format.output == .text { say("both are drawn in \(sheet)") }
    }

    private func find(
        _ name: String, with client: inout Client
    ) throws -> Answers.ExportPair {
        if let number = Int64(pair), number > 0 {
            let page = try self.page(name, filter: "", after: number - 1, with: &client)
            if let found = page.first, found.id == number { return found }
        }
        if pair == "best" || pair == "worst" { return try extreme(of: name, with: &client) }
        // A quote in a key is doubled, as the filter language has it.
        let key = pair.replacing("'", with: "''")
        let page = try self.page(name, filter: "prompt = '\(key)'", after: 0, with: &client)
        if let found = page.first { return found }
        throw Failure.notFound(
            "campaign \(name) has no pair \(pair) in this ranking; `duet pairs list \(name)` shows "
                + "all pairs, and `duet campaign why \(name) \(pair)` why a prompt has none")
    }

    /// The pair with the largest margin, or with the smallest; the first of several.
    private func extreme(
        of name: String, with client: inout Client
    ) throws -> Answers.ExportPair {
        var best: (margin: Double, id: Int64)?
        var after: Int64 = 0
        while true {
            let pairs = try client.answer(
                [Answers.Pair].self,
                to: .pairs(
                    campaign: name, ranking: ranking.ranking, filter: "", after: after,
                    limit: 1000))
            for found in pairs {
                let margin = pair == "best" ? found.margin : -found.margin
                if best.map({ margin > $0.margin }) ?? true { best = (margin, found.id) }
            }
            guard let last = pairs.last, pairs.count == 1000 else { break }
            after = last.id
        }
        let found = try best.flatMap { best in
            try page(name, filter: "", after: best.id - 1, with: &client).first
        }
        guard let found else {
            throw Failure.notFound("campaign \(name) has no pair in this ranking")
        }
        return found
    }

    private func page(
        _ name: String, filter: String, after: Int64, with client: inout Client
    ) throws -> [Answers.ExportPair] {
        try decodeAnswer(
            [Answers.ExportPair].self,
            from: try client.query(
                .exportPairs(
                    campaign: name, ranking: ranking.ranking, filter: filter, after: after,
                    limit: 1)))
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
