import ArgumentParser
import Console
import Foundation
import Linux
import Wire
import ZeroMQ

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show what happened: campaigns and workers that changed, tasks that failed.",
        usage: "duet events [<campaign>] [<options>]",
        discussion: """
            EXAMPLES
              duet events                       # the last fifty
              duet events first --follow
              duet events --filter 'kind=task_failed' -o jsonl --limit 1000
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "Only of this campaign.", completion: .custom(Completion.campaigns))
    var campaign: String?

    @Option(help: "Only events for which this holds, such as 'kind=task_failed'.")
    var filter: String?

    @Option(help: "How many of the last ones.")
    var limit = 50

    @Flag(name: [.customShort("f"), .long], help: "Go on with what happens, until Ctrl-C.")
    var follow = false

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit \(limit): write 1 to 100000.")
        }
        if follow, [.json, .csv].contains(format.output) {
            throw ValidationError(
                "--follow never ends, so it cannot print \(format.output.rawValue); write -o jsonl."
            )
        }
    }

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try campaign.map { try client.campaign($0)["name"].plain } ?? ""
        var printer = ListingPrinter(try format.layout(Columns.events, name: "id"))
        var rows: [Value] = []
        var after: Int64 = -1
        while rows.count < limit {
            let page = try client.value(
                .events(
                    campaign: name, filter: filter ?? "", after: after,
                    limit: Int32(min(limit - rows.count, Int(Query.pageLimit))))
            ).list
            rows += page
            guard let last = page.last?["id"].integer, after >= 0 else { break }
            after = last
        }
        Terminal.write(printer.text(of: rows))
        guard follow else {
            Terminal.write(printer.end())
            if rows.isEmpty { remark("Nothing has happened yet.") }
            return
        }
        try follow(name, after: rows.last?["id"].integer ?? 0, &client, &printer)
    }

    /// Prints what comes; asked for by number, so that nothing is missed or shown twice.
    private func follow(
        _ name: String, after start: Int64, _ client: inout Client, _ printer: inout ListingPrinter
    ) throws {
        var after = start
        while true {
            do {
                let page = try client.value(
                    .events(
                        campaign: name, filter: filter ?? "", after: after,
                        limit: Query.pageLimit)
                ).list
                guard Terminal.write(printer.text(of: page)) else { return }
                after = page.last?["id"].integer ?? after
            } catch let failure as Failure where failure.code == 5 {
                remark(failure.message + "; still listening")
            }
            pause(seconds: 0.5)
        }
    }
}
