import Glibc
import Linux
import Scheduling
import Wire

@testable import Worker
import TemporaryFolders

/// A spool in a folder of its own, as one process of a worker after the other sees it.
struct SpoolRig: ~Copyable {
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    var folder: String { temporary.file("spool") }

    /// Opens the spool as a process that starts, and says what it found.
    func open(_ left: inout [Report]) throws(WorkerError) -> Spool {
        try Spool(folder: folder, left: &left)
    }

    /// Sequences that a process that starts now would find.
    func sequences() throws -> [UInt64] {
        try reports().map(\.sequence)
    }

    /// Reports that a process that starts now would find.
    func reports() throws -> [Report] {
        var left: [Report] = []
        _ = try open(&left)
        return left
    }

    /// The segments that hold something, by number.
    func segments() throws -> [(name: String, size: Int64)] {
        try temporary.names(in: "spool")
            .sorted { (Int($0.dropLast(6)) ?? 0) < (Int($1.dropLast(6)) ?? 0) }
            .map { ($0, try AppendOnlyFile(path: "\(folder)/\($0)").size) }
            .filter { $0.1 > 0 }
    }

    /// Leaves one segment, as a killed process would, and no other.
    func leave(_ bytes: some Collection<UInt8>) throws {
        _ = try reports()
        for segment in temporary.names(in: "spool") where segment.hasSuffix(".spool") {
            unlink("\(folder)/\(segment)")
        }
        try write(bytes, to: folder + "/1.spool")
    }

    static func report(_ sequence: UInt64, padding: Int = 0) -> Report {
        Report(
            task: TaskID(campaign: 1, prompt: Int(sequence % 1000), slot: 0),
            attempt: Attempt(epoch: 1, number: 1), sequence: sequence,
            outcome: .failed(
                Failure(
                    message: "ä" + String(repeating: "x", count: padding), retryable: true)),
            engine: "e 1", duration: 5)
    }
}
