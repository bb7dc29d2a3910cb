import ArgumentParser
import Foundation
import Linux
import Scheduling
import Wire
import Worker

struct WorkerStart: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Run a worker on this node until it is stopped.",
        usage: "duet worker start [<options>]",
        discussion: """
            The first SIGTERM lets running tasks finish, the second stops them.

            EXAMPLES
              duet worker start --models /data/models
              duet worker start --engine "python3 deploy/engines/example.py" --slots 2
              duet worker start --coordinator tcp://head:5570,tcp://spare:5570 \\
                --gpus 2 --gpu-memory 80GiB --artifacts /shared/duet --engine ./my-engine
            """)

    @Option(help: "The coordinators' endpoints, separated by commas; else $DUET_COORDINATOR.")
    var coordinator: String?

    @Option(help: "Its stable identity; by default the node's name.")
    var name: String?

    @Option(help: "Tasks it runs at once; by default one for each GPU, else one for each core.")
    var slots: Int32?

    @Option(help: "GPUs it offers.")
    var gpus = 0

    @Option(help: "Memory of each GPU, such as 80GiB.")
    var gpuMemory: String?

    @Option(help: "Command of an external engine; may be given several times.")
    var engine: [String] = []

    @OptionGroup var embedded: EmbeddedOptions

    @Flag(help: "Run the instant engine, which makes nothing and serves to measure.")
    var instant = false

    @Option(help: "A label, as key=value; may be given several times.")
    var label: [String] = []

    @Option(help: "An amount of a resource of your own, as name=amount.")
    var resource: [String] = []

    @Option(help: "Its own folder; by default .duet/workers/NAME.")
    var folder: String?

    @Option(help: "The artifact folder that all nodes share.")
    var artifacts = ".duet/artifacts"

    func run() throws {
        let signals = try Signals()
        let identity = name ?? Machine.hostName
        let endpoints = CoordinatorAddress.list(coordinator)
        var options = WorkerOptions(
            endpoints: endpoints, identity: identity, capacity: try capacity(),
            folder: absolute(folder ?? ".duet/workers/\(identity)"),
            artifacts: absolute(artifacts))
        // The own engine comes first: models of the folder are run by it, others may be by engines.
        let slots = Int(options.capacity.slots)
        options.engines = try embedded.commands(slots: slots) + engine.map(splitCommand)
        options.instant = instant
        options.labels = try label.map { text in
            let (key, value) = try split(text, "--label")
            return Registration.Label(key: key, value: value)
        }
        do throws(WorkerError) {
            try runWorker(options, signals: signals, log: makeLogger("worker \(identity)"))
        } catch {
            throw Failure.work("\(error)")
        }
    }

    private func capacity() throws -> Capacity {
        let memory = try gpuMemory.map(parseSize) ?? 0
        let named = try resource.map { text in
            let (name, amount) = try split(text, "--resource")
            guard let number = Double(amount), number >= 0 else {
                throw Failure.usage("--resource \(text): the amount is not a number")
            }
            return Resources.Amount(name: name, amount: Int64(number * 1000))
        }
        return Capacity(
            slots: slots ?? Int32(gpus > 0 ? gpus : Machine.usableProcessors),
            cpus: Int32(Machine.usableProcessors * 1000),
            memory: Int64(Machine.memoryMiB) << 20,
            devices: Array(repeating: Capacity.Device(memory: memory), count: gpus),
            named: named)
    }

    private func absolute(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path
    }

    private func split(_ text: String, _ option: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else {
            throw Failure.usage("\(option) \(text): write it as key=value")
        }
        return (String(parts[0]), String(parts[1]))
    }
}

extension CoordinatorAddress {
    /// Endpoints from a list with commas, or the default one.
    static func list(_ text: String?) -> [String] {
        (text ?? usual).split(separator: ",").map { String($0) }
    }
}

/// Splits a command into words as a shell does, with quotes and backslashes and nothing else.
func splitCommand(_ text: String) throws -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var escaped = false
    for character in text {
        if escaped {
            word = (word ?? "") + String(character)
            escaped = false
        } else if character == "\\", quote != "'" {
            escaped = true
        } else if let open = quote {
            if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            word = word ?? ""
        } else if character == " " || character == "\t" {
            if let done = word { words.append(done) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    if let done = word { words.append(done) }
    guard quote == nil, !words.isEmpty else {
        throw Failure.usage("the engine command `\(text)` is empty or lacks a closing quote")
    }
    return words
}

/// Reads a size such as 80GiB or 500MB in bytes.
func parseSize(_ text: String) throws -> Int64 {
    let units: [(String, Double)] = [
        ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("KB", 1e3),
        ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
    ]
    for (unit, factor) in units where text.hasSuffix(unit) {
        if let number = Double(text.dropLast(unit.count)), number >= 0 {
            return Int64(number * factor)
        }
    }
    throw Failure.usage("`\(text)` is not a size; write it like 80GiB or 500MB")
}
