import ArgumentParser
import Campaigns
import Console
import Evaluations
import Foundation
import Linux
import Rounds
import Wire
import Words

struct RoundEval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate every adapter of a name on other prompts, with the same seeds.",
        usage: "duet round eval <name> --prompts <file> [<options>]",
        discussion: """
            Each policy answers the prompts in a campaign NAME/NUMBER/WORD, 0 being what the first \
            round starts from, and all are compared with that one. The same again makes only what \
            is missing.

            EXAMPLES
              duet round eval rounds --prompts Jobs/rounds/final.csv --as final
              duet round eval rounds --prompts final.csv --limit 50 -o json
            """)

    @OptionGroup var round: RoundArgument
    @OptionGroup var format: AnswerOptions

    @Option(help: "A prompts file.", completion: .file(extensions: ["csv", "jsonl"]))
    var prompts: String

    @Option(help: "Only so many of its prompts.")
    var limit: Int?

    @Option(help: "The number from which seeds follow.")
    var seed: UInt64 = 0

    @Option(help: "Candidates for each prompt.")
    var samples = 1

    @Option(
        name: .customLong("as"),
        help: "A word for this evaluation, by which `duet round compare --on` finds it.")
    var word = "check"

    func run() throws {
        guard RoundNames.isFree(word) else {
            throw Failure.usage("--as \(word): the round's own campaigns are called so")
        }
        var client = try Client(round.address.endpoint)
        let detail = try round.detail(with: &client)
        let name = detail.round.name
        let rounds = try client.answer([Answers.Round].self, to: .rounds)
            .filter { $0.name == name }
        let policies = [0] + rounds.filter { $0.adapter != nil }.map(\.number)
        var campaigns: [(Campaign, [Prompt])] = []
        for number in policies {
            campaigns.append(try evaluation(of: number, name, with: &client))
        }
        for (campaign, prompts) in campaigns {
            _ = try submit(campaign, prompts, with: &client)
        }
        if format.output == .text {
            try follow(campaigns.map(\.0.name), at: round.address.endpoint)
        } else {
            try awaitEnd(of: campaigns.map(\.0.name), with: &client)
        }
        if try declaration(in: detail).evaluate?.distances != nil {
            try awaitDistances(of: campaigns.map(\.0.name), with: &client)
        }
        for number in policies.dropFirst() {
            let comparison = try client.value(
                .comparison(
                    before: RoundNames.evaluation(name, 0, word),
                    after: RoundNames.evaluation(name, number, word)))
            if format.print(comparison, name: "after") { continue }
            Terminal.write(
                "\n"
                    + policyComparisonText(
                        comparison, width: Terminal.listingColumns,
                        Paint(for: Terminal.output)))
        }
    }

    /// The coordinator measures distances when an evaluation is complete.
    private func awaitDistances(of evaluations: [String], with client: inout Client) throws {
        let names = evaluations.map(RoundNames.distances(of:))
        for name in names {
            let deadline = Clock.monotonic + 60_000_000_000
            while try !exists(name, with: &client) {
                guard Clock.monotonic < deadline else {
                    throw Failure.work(
                        "the coordinator does not measure \(name); its log may say why")
                }
                pause(seconds: 0.1)
            }
        }
        if format.output == .text {
            try follow(names, at: round.address.endpoint)
        } else {
            try awaitEnd(of: names, with: &client)
        }
    }

    private func exists(_ campaign: String, with client: inout Client) throws -> Bool {
        do {
            _ = try client.value(.campaign(campaign))
            return true
        } catch let failure as Failure where failure.code == 3 {
            return false
        }
    }

    /// The campaign in which one policy answers the prompts.
    private func evaluation(
        of number: Int, _ name: String, with client: inout Client
    ) throws -> (Campaign, [Prompt]) {
        let detail = try client.answer(
            Answers.RoundDetail.self, to: .round("\(name)/\(max(number, 1))"))
        let declared = try declaration(in: detail)
        let source = try sourceCampaign(of: declared, with: &client)
        var asked = declared
        asked.evaluate = .init(
            prompts: .init(source: URL(filePath: prompts).lastPathComponent, limit: limit),
            numSamples: samples, seed: seed)
        let record = RoundRecord(
            name: name, number: max(number, 1), start: 0, campaign: source.name, round: asked)
        var adapter = HashedFile(declared.policy.adapter)
        if number > 0 {
            adapter = detail.round.adapter.map {
                HashedFile(path: $0, sha256: detail.sha256 ?? "")
            }
        }
        guard
            var campaign = RoundCampaigns(record, source: source).evaluation(of: number, adapter)
        else { throw Failure.work("round \(name) cannot be evaluated") }
        campaign.name = RoundNames.evaluation(name, number, word)
        let folder = URL(filePath: prompts).deletingLastPathComponent().path
        do throws(CampaignFileError) {
            return (campaign, try Submissions.prompts(of: campaign, folder))
        } catch {
            throw Failure.usage("\(error)")
        }
    }
}

struct RoundCompare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare what two rounds trained, on the same prompts and seeds.",
        usage: "duet round compare <before> <after> [<options>]",
        discussion: """
            A round is NAME/NUMBER; number 0 is what the first round starts from. --on names an \
            evaluation made with `duet round eval --as`.

            EXAMPLES
              duet round compare quickstart/0 quickstart/1
              duet round compare control/3 rounds/3 --on final
              duet round compare rounds/0 rounds/3 --picture radar.svg --gains gains.svg
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions

    @Argument(help: "The policy that it is measured against.")
    var before: String

    @Argument(help: "The other one.")
    var after: String

    @Option(help: "Which evaluation.")
    var on = "evaluate"

    @Option(help: "Write a radar plot of both here, as SVG.")
    var picture: String?

    @Option(help: "Write a plot of gains with their intervals here, as SVG.")
    var gains: String?

    func run() throws {
        var client = try Client(address.endpoint)
        let comparison = try client.value(
            .comparison(before: try campaign(before), after: try campaign(after)))
        if picture != nil || gains != nil {
            let decoder = JSONDecoder()
            let policies = try decoder.decode(
                PolicyComparison.self, from: Data(comparison.json.utf8))
            try write(RadarPicture([policies]).svg(), to: picture)
            try write(GainPicture(policies).svg(), to: gains)
        }
        if format.print(comparison, name: "after") { return }
        Terminal.write(
            policyComparisonText(
                comparison, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }

    private func campaign(_ label: String) throws -> String {
        guard let (name, number) = RoundNames.parts(label), let number else {
            throw Failure.usage("\(label): write NAME/NUMBER; 0 is what the first starts from")
        }
        return RoundNames.evaluation(name, number, on)
    }

    private func write(_ svg: String, to path: String?) throws {
        guard let path else { return }
        do {
            try Data(svg.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure.work("\(path): \(error.localizedDescription)")
        }
        say(path)
    }
}

/// Waits until campaigns have ended, without a word; throws when one did not go well.
private func awaitEnd(of names: [String], with client: inout Client) throws {
    for name in names {
        while true {
            let row = try client.value(.campaign(name))
            if hasEnded(row) {
                try conclude(row)
                break
            }
            pause(seconds: 0.25)
        }
    }
}
