import Campaigns
import Foundation
import Testing

/// Debian's Python, whose validator `make setup` installs.
private let python = "/usr/bin/python3"

@Test func theSchemaIsRecorded() throws {
    let schema = CampaignFile.schema()
    #expect(schema == (try recorded(schema, at: folder("Snapshots") + "/schema.json")))
}

@Test func goodFilesFitTheSchemaAndUnknownKeysDoNot() throws {
    let script = """
        import glob, json, sys, yaml
        from jsonschema import Draft202012Validator
        schema = json.load(sys.stdin)
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for path in sorted(glob.glob(sys.argv[1] + "/*.yaml")):
            for document in yaml.safe_load_all(open(path)):
                if document is None: continue
                errors = [e.json_path + ": " + e.message for e in validator.iter_errors(document)]
                print(path.rsplit("/", 1)[1], errors[0][:120] if errors else "ok")
        """
    func verdicts(_ name: String) -> [Substring] {
        run([python, "-c", script, folder(name)], input: CampaignFile.schema())
            .output.split(separator: "\n")
    }
    let good = verdicts("Good")
    #expect(good.count > 10)
    #expect(good.filter { !$0.hasSuffix(" ok") } == [])
    let written = verdicts("Snapshots")
    #expect(written.count > 2)
    #expect(written.filter { !$0.hasSuffix(" ok") } == [])
    // Of the broken files those with an unknown key are refused by an editor too.
    let unknown = names(in: "Broken", ending: ".yaml").filter { $0.hasPrefix("key-unknown") }
    let refused = unknown.filter { name in
        let document = folder("Broken") + "/\(name).yaml"
        let check = """
            import json, sys, yaml
            from jsonschema import Draft202012Validator
            document = yaml.safe_load(open(sys.argv[1]))
            sys.exit(0 if Draft202012Validator(json.load(sys.stdin)).is_valid(document) else 3)
            """
        return run([python, "-c", check, document], input: CampaignFile.schema()).status == 3
    }
    #expect(refused == unknown)
}

/// Runs a program and returns what it wrote and how it ended; -1 when there is no such program.
private func run(_ command: [String], input: String) -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    do {
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    } catch {
        return ("", -1)
    }
}
