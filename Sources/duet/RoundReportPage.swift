import ArgumentParser
import Console
import Evaluations
import Foundation
import Media
import Wire
import Words

struct RoundReportPage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write what came of a round as one page for a browser, pictures included.",
        usage: "duet round report <round> <file> [<options>]",
        discussion: """
            Pairs and where they come from, implicit accuracies, scores on held-out prompts before \
            and after with intervals, distances, gates, the best and the worst pair, and where \
            everything lies. The file needs nothing beside it.

            EXAMPLES
              duet round report quickstart/1 report.html
            """)

    @OptionGroup var round: RoundArgument

    @Argument(help: "The page.", completion: .file(extensions: ["html"]))
    var file: String

    @Option(help: "Another folder with the coordinator's artifacts.", completion: .directory)
    var artifacts: String?

    func run() throws {
        var client = try Client(round.address.endpoint)
        let row = roundValue(try client.value(.round(round.round)))
        var page = HTMLPage("round \(row["round"]["name"].plain)/\(row["round"]["number"].plain)")
        addOutcome(row, to: &page)
        addText("Pairs", pairLines(row, width: .max, Self.plain), to: &page)
        addText("Training", trainingLines(row["training"], width: .max, Self.plain), to: &page)
        addCurve(row, to: &page)
        try addComparison(row["evaluation"]["comparison"], to: &page)
        try addPairs(row, to: &page, with: &client)
        addFiles(row, to: &page)
        do {
            try Data(page.text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Failure.work("\(file): \(error.localizedDescription)")
        }
        say("\(file) has all of it on one page")
    }

    private static let plain = Paint(isOn: false)

    private func addOutcome(_ row: Value, to page: inout HTMLPage) {
        let round = row["round"]
        let use = round["is_in_use"].flag == true ? "; its adapter is in use" : ""
        page.paragraph(
            "Round \(round["number"].plain) of \(round["of"].plain): "
                + "\(roundWord(round["state"].plain))\(use). \(round["reason"].plain)")
        let gates = row["evaluation"]["gates"].list
        if !gates.isEmpty {
            page.list(
                gates.map { ($0["passed"].flag == true ? "✓ " : "✗ ") + $0["sentence"].plain })
        }
    }

    private func addText(_ title: String, _ lines: [String], to page: inout HTMLPage) {
        guard !lines.isEmpty else { return }
        page.heading(title)
        page.paragraph(lines.map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " "))
    }

    /// The training's curve, where this machine sees the coordinator's artifacts.
    private func addCurve(_ row: Value, to page: inout HTMLPage) {
        let picture = row["files"].list.first { $0["role"].plain == "picture" }
        guard let path = picture?["path"].text else { return }
        let place = path.split(separator: "/").suffix(2).joined(separator: "/")
        guard
            let svg = try? String(
                contentsOfFile: artifacts.map { "\($0)/\(place)" } ?? path, encoding: .utf8)
        else { return }
        page.picture(svg: svg)
    }

    private func addComparison(_ comparison: Value, to page: inout HTMLPage) throws {
        guard comparison != .null else { return }
        page.heading("On held-out prompts")
        page.preformatted(policyComparisonText(comparison, width: 132, Self.plain))
        let policies = try JSONDecoder().decode(
            PolicyComparison.self, from: Data(comparison.json.utf8))
        page.picture(svg: GainPicture(policies).svg())
        page.picture(svg: RadarPicture([policies]).svg())
    }

    private func addPairs(
        _ row: Value, to page: inout HTMLPage, with client: inout Client
    ) throws {
        guard row["dataset"] != .null else { return }
        let pairs = try FoundPairs(
            campaign: row.at("round.campaign").plain, ranking: row.at("dataset.ranking").plain,
            with: &client)
        for (name, title) in [("best", "The best pair"), ("worst", "The worst pair")] {
            let pair = try pairs.find(name, artifacts: artifacts, with: &client)
            page.heading(title)
            page.paragraph("\u{201C}\(pair.value["text"].plain)\u{201D}")
            try withMediaFailures {
                page.picture(png: try pair.picture().png(for: file), title)
            }
        }
    }

    private func addFiles(_ row: Value, to page: inout HTMLPage) {
        page.heading("Where it lies")
        var files = row["files"].list.map { ($0["role"].plain, $0["path"].plain) }
        for (key, name) in [("train", "pairs"), ("held_out", "pairs kept aside")] {
            if let path = row["dataset"][key]["path"].text { files.append((name, path)) }
        }
        page.table(files.map { [$0.0, $0.1] })
        let label = "\(row.at("round.name").plain)/\(row.at("round.number").plain)"
        page.preformatted(
            """
            duet round lineage \(label)
            duet pairs export \(row.at("round.campaign").plain) FOLDER
            duet adapter convert \(row.at("round.adapter").plain) --to peft -o FOLDER

            """)
    }
}
