import ArgumentParser
import Console
import Foundation
import Words

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine: what is missing or wrong, and how to mend it.",
        usage: "duet doctor [<options>]",
        discussion: """
            Ends with 1 when something fails. Run it on a node with the address of its \
            coordinator.

            EXAMPLES
              duet doctor
              duet doctor --coordinator tcp://head:5570 --folder /scratch/duet
              duet doctor -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Option(help: "The folder of the stack or of the worker.")
    var folder = ".duet"

    func run() throws {
        let findings =
            libraryFindings() + postgresFindings() + coordinatorFindings(address.endpoint)
            + machineFindings(folder: folder)
        let layout = try format.layout(Self.columns, identity: "check", name: "check")
        if layout.format == .table || layout.format == .wide {
            Terminal.write(text(findings, layout.paint))
        } else {
            var printer = ListingPrinter(layout)
            Terminal.write(printer.text(of: findings.map(\.row)) + printer.end())
        }
        let failed = findings.count { $0.state == .fail }
        if failed > 0 { throw Failure.work("\(counted(failed, "check")) failed") }
    }

    private static let columns: [Column] = [
        Column("state", "STATE", importance: 10),
        Column("check", "CHECK", importance: 10),
        Column("found", "FOUND", importance: 9, floor: 20),
        Column("mend", "MEND", importance: 8, floor: 20),
    ]

    private func text(_ findings: [Finding], _ paint: Paint) -> String {
        let width = findings.map(\.check.displayWidth).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let state = finding.state.rawValue
            let colour: Paint.Colour =
                switch finding.state {
                case .ok: .green
                case .warn: .yellow
                case .fail: .red
                }
            let space = String(repeating: " ", count: width + 8)
            let room = max(30, Terminal.listingColumns - space.count)
            let found = wrapped(finding.found, width: room)
            lines.append(
                paint(state, colour).padding(after: state, to: 4)
                    + "  \(finding.check.padded(to: width))  \(found[0])")
            lines += found.dropFirst().map { space + $0 }
            if !finding.mend.isEmpty {
                lines += wrapped(finding.mend, width: room).map { space + paint.commands($0) }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// What a check found.
struct Finding {
    enum State: String {
        case ok, warn, fail
    }

    var state: State
    var check: String
    var found: String
    /// What to do about it; empty when all is well.
    var mend = ""

    static func ok(_ check: String, _ found: String) -> Finding {
        Finding(state: .ok, check: check, found: found)
    }

    static func warn(_ check: String, _ found: String, mend: String) -> Finding {
        Finding(state: .warn, check: check, found: found, mend: mend)
    }

    static func fail(_ check: String, _ found: String, mend: String) -> Finding {
        Finding(state: .fail, check: check, found: found, mend: mend)
    }

    var row: Value {
        .object([
            .init("state", .text(state.rawValue)), .init("check", .text(check)),
            .init("found", .text(found)), .init("mend", .text(mend)),
        ])
    }
}

extension String {
    /// Fills up a text whose letters are `plain`, whatever colours are around them.
    fileprivate func padding(after plain: String, to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - plain.displayWidth))
    }
}
