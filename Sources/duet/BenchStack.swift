import Campaigns
import Console
import Foundation
import Linux
import Logging
import Wire
import ZeroMQ

/// What a measurement prints; the fields that it did not measure are absent.
struct BenchResult: Codable {
    var bench: String
    var prompts: Int?
    var tasks: Int?
    var seconds: Double?
    var tasksPerSecond: Double?
    var coordinatorPeakMb: Int?
    var cpuUsPerTask: [String: Double]?
    var p50Ms: Double?
    var p99Ms: Double?
    var exchangeP50Ms: Double?
    var firstDispatchMs: Double?
    var watchedTasksPerSecond: Double?
    var watchedRatio: Double?
    var candidates: Int?
    var dimensions: Int?
    var rounds: Int?
    var readMs: Double?
    var rankMs: Double?
    var writeMs: Double?
    var format: String?
    var pairs: Int?
    var bytes: Int64?
    var pairsPerSecond: Double?
    var exporterPeakMb: Int?

    init(bench: String) { self.bench = bench }

    /// Prints it as one JSON object or as lines.
    func show(_ format: OutputFormat) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        let json = try encoder.encode(self)
        if format == .json { return print(String(decoding: json, as: UTF8.self)) }
        let fields = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
        for key in fields.keys.sorted() {
            guard let nested = fields[key] as? [String: Any] else {
                print("\(key): \(fields[key] ?? "")")
                continue
            }
            let parts = nested.keys.sorted().map { "\($0) \(nested[$0] ?? "")" }
            print("\(key): \(parts.joined(separator: ", "))")
        }
    }
}

/// Rounds to a tenth: more digits would claim more than was measured.
func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }

/// Rounds to a hundredth.
func hundredth(_ value: Double) -> Double { (value * 100).rounded() / 100 }

/// Runs `body` on a stack with instant workers in a temporary folder, which is removed afterwards.
func withBenchStack(
    workers: Int, slots: Int32, _ body: (inout Stack) throws -> Void
) throws {
    let folder = "/tmp/duet-bench-\(UInt32.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var log = makeLogger("bench")
    log.logLevel = .warning
    var stack = try Stack(
        folder: folder, workers: workers, slots: slots, engines: [],
        embedded: EmbeddedOptions(isOn: false), instant: true,
        standby: false, log: log)
    let signals = try Signals(receiving: [Signals.terminate, Signals.interrupt])
    try stack.start(until: signals)
    let processes = stack.processes.map(\.pid)
    // A measurement that is broken off must not leave its servers behind.
    let descriptor = signals.descriptor
    defer { withExtendedLifetime(signals) {} }
    _ = try OSThread.start(name: "signals") {
        _ = try? Interest.wait(for: [Interest(descriptor, .reading)], until: nil)
        for process in processes { kill(process, SIGINT) }
        for process in processes { waitpid(process, nil, 0) }
        try? FileManager.default.removeItem(atPath: folder)
        exit(130)
    }
    do {
        try body(&stack)
    } catch {
        try? stack.stop()
        throw error
    }
    try stack.stop()
}

/// The paper-scale campaign with prompts made here; their ground truth is never opened.
func replayCampaign(_ file: String, prompts: Int) throws -> (Campaign, [Prompt]) {
    do throws(CampaignFileError) {
        guard var campaign = try CampaignFile.load(file).first else {
            throw CampaignFileError(problems: [])
        }
        campaign.name = "replay-\(prompts)"
        let clip = Prompt.GroundTruth(video: "/dev/null", audio: nil)
        return (
            campaign,
            (0..<prompts).map { number in
                Prompt(
                    key: "p\(number)",
                    text: "a dog barks \(number) times while rain falls on a tin roof at night, "
                        + "and a train passes in the distance",
                    groundTruth: clip)
            }
        )
    } catch {
        throw Failure.usage("\(error)")
    }
}

/// Listens for the end of campaigns.
struct EventListener: ~Copyable {
    private let context: Context
    private let socket: Socket

    init(_ endpoint: String) throws {
        let context = try Context()
        let socket = try Socket(.sub, in: context)
        try socket.set(.linger(milliseconds: 0))
        try socket.set(.subscribe(Array("campaign/".utf8)))
        try socket.connect(endpoint)
        self.context = context
        self.socket = socket
    }

    /// Waits for an event that `isWanted`; false when the time is up.
    func wait(
        seconds: Double, until isWanted: (PublishedEvent.Body) -> Bool
    ) throws -> Bool {
        let deadline = Clock.monotonic + Int64(seconds * 1e9)
        while true {
            while let frames = try socket.receiveMultipart(dontWait: true, frameLimit: 3) {
                guard frames.count == 2 else { continue }
                if isWanted(try ClientCodec.decodeEvent(frames[1]).body) { return true }
            }
            let left = (deadline - Clock.monotonic) / 1_000_000
            if left <= 0 { return false }
            var poll = PollSet()
            poll.add(socket.pollItem(.readable))
            _ = try poll.wait(timeoutMilliseconds: Int(left))
        }
    }

    /// Waits until the campaign has completed.
    func waitForCompletion(of campaign: Int32, seconds: Double) throws {
        var state = ""
        let ended = try wait(seconds: seconds) { body in
            guard case .campaign(campaign, _, let new, _) = body else { return false }
            state = new
            return ["completed", "halted", "cancelled"].contains(new)
        }
        guard ended, state == "completed" else {
            throw Failure.work(
                "the campaign did not complete (\(ended ? state : "no end in \(seconds) s"))")
        }
    }
}

/// Processor microseconds of each process of a stack, and of Postgres with all its backends.
func processorTimes(_ stack: borrowing Stack) -> [String: Int64] {
    var times: [String: Int64] = [:]
    for (name, pid) in stack.processes {
        let group = name.hasPrefix("worker") ? "workers" : name
        times[group, default: 0] += (try? ProcessUsage.processorMicroseconds(ofProcess: pid)) ?? 0
        guard name == "postgres" else { continue }
        for child in childProcesses(of: pid) {
            times[group, default: 0] +=
                (try? ProcessUsage.processorMicroseconds(ofProcess: child)) ?? 0
        }
    }
    return times
}

private func childProcesses(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { pid in
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may hold anything; the parent is the second field after it.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 && Int32(fields[1]) == parent
    }
}

/// Processor microseconds for each task between two readings.
func each(
    _ tasks: Int, from before: [String: Int64], to after: [String: Int64]
) -> [String: Double] {
    var result: [String: Double] = [:]
    for (name, time) in after {
        result[name] = tenth(Double(time - (before[name] ?? 0)) / Double(tasks))
    }
    return result
}
