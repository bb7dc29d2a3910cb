import Foundation
import Linux
import Testing
import Yams

extension EndToEnd {
    /// What a person and a program get of every listing, from a real coordinator.
    @Suite struct Listings {
        private static let listings: [[String]] = [
            ["campaign", "list"], ["campaign", "cost", "all"], ["task", "list", "shown"],
            ["task", "list", "--filter", "kind=score and ordinal>=0"], ["pairs", "list", "shown"],
            ["worker", "list"], ["events"], ["doctor"],
        ]

        @Test(.timeLimit(.minutes(3)))
        func everyFormOfEveryListingIsReadByTheToolItIsFor() throws {
            try withStack(.init(isInstant: true)) { stack in
                let replay = try Replay("shown", prompts: 12, in: stack)
                try replay.submit(to: stack)
                try replay.wait(in: stack)
                for listing in Self.listings {
                    let rows = try readsBack(listing, stack)
                    #expect(rows > 0, "\(listing) has no rows")
                    try expectFirstScreenFits(listing, stack)
                }
                let ids = try stack.demand("task", "list", "shown", "--quiet")
                #expect(ids.split(separator: "\n").count == replay.tasks)
                #expect(ids.split(separator: "\n").allSatisfy { Int64($0) != nil })
                let none = try stack.demand(
                    "task", "list", "shown", "--filter", "state=failed", "-o", "json")
                #expect(try read(none, with: jsonReader) == "0")
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func anAnswerAboutOneThingIsReadByTheToolItIsFor() throws {
            try withStack(.init(isInstant: true)) { stack in
                let replay = try Replay("shown", prompts: 2, in: stack)
                try replay.submit(to: stack)
                try replay.wait(in: stack)
                let task = try stack.demand("task", "list", "--limit", "1", "--quiet")
                for command in [
                    ["campaign", "show", "shown"], ["campaign", "show", "last", "--resolved"],
                    ["campaign", "why", "1"], ["worker", "show", "worker-1"],
                    ["task", "show", task.trimmingCharacters(in: .whitespacesAndNewlines)],
                ] {
                    for format in ["json", "jsonl"] {
                        let text = try output(command + ["-o", format], stack)
                        #expect(try read(text, with: objectReader) == "dict", "\(command)")
                    }
                    let yaml = try output(command + ["-o", "yaml"], stack)
                    #expect(try Yams.load(yaml: yaml) is [String: Any], "\(command)")
                    #expect(try !output(command, stack).isEmpty)
                }
            }
        }

        /// Prints a listing in every form and reads it back; returns how many rows each has.
        private func readsBack(_ listing: [String], _ stack: TestStack) throws -> Int {
            let json = try output(listing + ["-o", "json"], stack)
            let count = try #require(Int(try read(json, with: jsonReader)), "\(listing)")
            let lines = try output(listing + ["-o", "jsonl"], stack)
            #expect(try read(lines, with: lineReader) == "\(count)", "\(listing)")
            let records = try output(listing + ["-o", "csv"], stack)
            #expect(try read(records, with: csvReader) == "\(count)", "\(listing)")
            let yaml = try output(listing + ["-o", "yaml"], stack)
            #expect((try Yams.load(yaml: yaml) as? [Any])?.count == count, "\(listing)")
            let names = try output(listing + ["-o", "name"], stack)
            #expect(names.split(separator: "\n").count == count, "\(listing)")
            let wide = try output(listing + ["-o", "wide"], stack)
            #expect(wide.split(separator: "\n").count >= count, "\(listing)")
            return count
        }

        private func expectFirstScreenFits(_ listing: [String], _ stack: TestStack) throws {
            for line in try output(listing, stack).split(separator: "\n").prefix(30) {
                #expect(line.count <= 100, "\(listing): \(line)")
            }
        }

        private func output(_ command: [String], _ stack: TestStack) throws -> String {
            let outcome = try DuetProgram.run(
                command, environment: ["DUET_COORDINATOR": stack.endpoint])
            #expect(outcome.succeeded, "\(command): \(outcome.error)")
            return outcome.output
        }

        /// What a Python program prints that gets the text on its standard input.
        private func read(_ text: String, with program: String) throws -> String {
            let file =
                FileManager.default.temporaryDirectory.path
                + "/duet-listing-\(UInt32.random(in: 0 ... .max))"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let outcome = try DuetProgram.run(
                program: "python3", ["-B", "-c", program], input: file)
            try #require(outcome.succeeded, "\(outcome.error)\n\(text.prefix(2000))")
            return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

private let jsonReader = "import json, sys; print(len(json.load(sys.stdin)))"
private let objectReader = "import json, sys; print(type(json.load(sys.stdin)).__name__)"
private let lineReader = "import json, sys; print(len([json.loads(line) for line in sys.stdin]))"

/// Counts records; all must have as many fields as the header.
private let csvReader = """
    import csv, io, sys
    text = sys.stdin.buffer.read().decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert all(len(row) == len(header) for row in rows), "a record is too long or too short"
    print(len(rows))
    """
