import ArgumentParser
import Campaigns
import Console
import Foundation
import Wire

struct CampaignRerank: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerank",
        abstract: "Rank a campaign by another rule beside its own, from stored scores only.",
        usage: "duet campaign rerank <campaign> [<options>]",
        discussion: """
            Nothing is generated or scored. The same rule again ranks again and makes no second \
            ranking. --current makes it the one that pairs are listed and exported from; `duet \
            ranking use` does so later.

            EXAMPLES
              duet campaign rerank first --set rank.aggregate=modality-macro --name v2
              duet campaign rerank first --set rank.select=best-worst \\
                --set rank.tie.epsilon=0.1
              duet campaign rerank first --set 'rank.min_margin={total: 0.5}' --current
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Option(help: "Override a value of its file, as path=value; may be given several times.")
    var set: [String] = []

    @Option(help: "What the ranking is to be called; by default r1, r2, …")
    var name = ""

    @Flag(help: "Make it the campaign's current ranking.")
    var current = false

    func run() throws {
        var client = try Client(address.endpoint)
        let found = try client.campaign(campaign)["name"].plain
        let file = try submittedCampaign(try client.query(.campaignFile(found)))
        let changed = try file.with(try parseOverrides(set))
        let wish = RankRequest(
            campaign: changed.canonicalJSON(), name: name, isChosen: current)
        let json = try client.answer(to: .rank(found, wish), patience: 600_000)
        let ranking = withRule(try Value(json: json))
        if format.print(ranking, name: "name") { return }
        let width = Terminal.listingColumns
        let paint = Paint(for: Terminal.output)
        let times = ranking["milliseconds"]
        func took(_ key: String) -> String { "\(decimals(times[key].number ?? 0, 1)) ms" }
        say("ranking \(found)/\(ranking["name"].plain): \(pairCount(ranking))")
        var lines = reasonLines(ranking["unpaired"].members, width: width, paint)
        lines += guardLines(ranking["guards"].list, width: width, paint)
        lines += sentence(
            "read in \(took("read")), ranked in \(took("rank")), written in \(took("write"))",
            width: width, paint)
        Terminal.write(lines.map { $0 + "\n" }.joined())
        if ranking["is_current"].flag != true, Terminal.isTerminal(Terminal.output) {
            remark("`duet ranking compare \(found) \(ranking["name"].plain)` says what differs.")
        }
    }
}

extension Campaign {
    /// The same campaign with values overridden, as `--set` of submit does it.
    fileprivate func with(_ overrides: [String: String]) throws -> Campaign {
        if overrides.isEmpty { return self }
        do throws(CampaignFileError) {
            let campaigns = try CampaignFile.decode(
                resolvedYAML(), file: "campaign \(name)", overrides: overrides)
            guard let changed = campaigns.first, changed.name == name else {
                throw CampaignFileError(problems: [])
            }
            return changed
        } catch {
            throw Failure.usage(
                error.problems.isEmpty ? "a ranking cannot rename its campaign" : "\(error)")
        }
    }
}
