import ArgumentParser
import Console
import Datasets
import Words

struct PairsVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare every file of an export with its checksum; needs no coordinator.",
        discussion: """
            Ends with 1 when a file is missing, was changed, or was never finished.

            EXAMPLES
              duet pairs verify out/pairs
              duet pairs verify out/pairs -o json
            """)

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The folder of an export.", completion: .directory)
    var folder: String

    func run() throws {
        let problems = try withExportFailures { try ExportVerifier(folder: folder).verify() }
        let answer = Value.object([
            .init("folder", .text(folder)), .init("is_whole", .flag(problems.isEmpty)),
            .init(
                "problems",
                .list(
                    problems.map {
                        .object([
                            .init("path", .text($0.path)), .init("message", .text($0.message)),
                        ])
                    })),
        ])
        if !format.print(answer, name: "folder"), problems.isEmpty {
            say("\(folder) is whole: every file has the hash that it had when it was exported")
        }
        guard !problems.isEmpty else { return }
        let some = problems.prefix(20).map { "\($0)" } + (problems.count > 20 ? ["…"] : [])
        throw Failure.work(
            "\(folder) is not what was exported (\(counted(problems.count, "problem"))):\n"
                + some.joined(separator: "\n"))
    }
}

struct PairsCard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Show what an export says of itself; needs no coordinator.",
        discussion: """
            EXAMPLES
              duet pairs card out/pairs
              duet pairs card out/pairs -o json     # its manifest
            """)

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The folder of an export.", completion: .directory)
    var folder: String

    func run() throws {
        let export = try withExportFailures { try FinishedExport(folder) }
        let manifest = try Value(json: try export.manifestJSON())
        if format.print(manifest, name: "header.name") { return }
        Terminal.write(try export.cardText())
    }
}

struct PairsSplit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Show the splits of an export, or what other shares would give.",
        usage: "duet pairs split <folder> [<options>]",
        discussion: """
            Needs no coordinator and changes nothing: a split goes by the hash of the prompt, so \
            these are the counts that an export with such --splits has.

            EXAMPLES
              duet pairs split out/pairs
              duet pairs split out/pairs --splits train=0.9,validation=0.05,test=0.05
              duet pairs split out/pairs -o csv
            """)

    @OptionGroup var format: OutputOptions

    @Argument(help: "The folder of an export.", completion: .directory)
    var folder: String

    @Option(help: "Other shares, such as train=0.98,test=0.02.")
    var splits: String?

    func run() throws {
        let counts = try withExportFailures {
            let export = try FinishedExport(folder)
            return try export.splits(try splits.map(splitRule) ?? export.manifest.splits)
        }
        let rows = counts.map { split in
            Value.object([
                .init("split", .text(split.name)), .init("fraction", .number(split.fraction)),
                .init("pairs", .integer(Int64(split.pairs))),
                .init("prompts", .integer(Int64(split.prompts))),
            ])
        }
        let columns = [
            Column("split", "SPLIT", importance: 10),
            Column("fraction", "SHARE", .decimals(4), importance: 8),
            Column("pairs", "PAIRS", .count, importance: 9),
            Column("prompts", "PROMPTS", .count, importance: 9),
        ]
        var printer = ListingPrinter(
            try format.layout(columns, identity: "split", name: "split"))
        Terminal.write(printer.text(of: rows) + printer.end())
    }
}

struct PairsDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say how the pairs of two exports differ; needs no coordinator.",
        usage: "duet pairs diff <first> <second> [<options>]",
        discussion: """
            Pairs are the same when their clips are, by content. Ends with 0 also when they \
            differ.

            EXAMPLES
              duet pairs diff out/r1 out/v2
              duet pairs diff out/r1 out/v2 -o json
            """)

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The folder of an export.", completion: .directory)
    var first: String

    @Argument(help: "The folder of another one.", completion: .directory)
    var second: String

    func run() throws {
        let difference = try withExportFailures {
            try FinishedExport(first).difference(from: FinishedExport(second))
        }
        let counts: [(String, String, Int)] = [
            ("same", "in both", difference.same),
            ("reversed", "in both, but turned round", difference.reversed),
            ("moved", "in both, but in another split", difference.moved),
            ("reweighted", "in both, but with another margin or weight", difference.reweighted),
            ("only_first", "only in \(first)", difference.onlyFirst),
            ("only_second", "only in \(second)", difference.onlySecond),
        ]
        let answer = Value.object(
            [.init("first", .text(first)), .init("second", .text(second))]
                + counts.map { .init($0.0, .integer(Int64($0.2))) })
        if format.print(answer, name: "first") { return }
        let columns = [
            Column("what", "PAIRS", importance: 9), Column("count", "COUNT", .count, importance: 9),
        ]
        let rows = counts.map {
            Value.object([.init("what", .text($0.1)), .init("count", .integer(Int64($0.2)))])
        }
        let lines = tableLines(
            columns, rows, width: Terminal.listingColumns, paint: Paint(for: Terminal.output))
        Terminal.write(lines.map { $0 + "\n" }.joined())
    }
}
