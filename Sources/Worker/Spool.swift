import Foundation
import Linux
import Scheduling
import Wire

/// Reports on disk until the coordinator has committed them, so that a worker that is killed
/// says them again when it comes back.
///
/// Written without fsync: a killed process loses nothing, and a node that loses its power loses
/// results that are made again. A segment is a file of records, each a length, a checksum and a
/// report, by growing sequence; one that holds nothing unacknowledged any more is deleted.
struct Spool: ~Copyable {
    private struct Segment {
        var path: String
        /// The highest sequence in it.
        var last: UInt64
    }

    /// Length and checksum, four bytes each, lowest byte first.
    private static let headerSize = 8

    private let folder: String
    private var current: AppendOnlyFile
    /// The highest sequence in the current segment; 0 while it has none.
    private var currentLast: UInt64 = 0
    private var full: [Segment]
    private var nextNumber: Int

    /// A segment is closed at this size.
    private static let segmentLimit: Int64 = 4 << 20

    /// Opens the folder; what an earlier process left there is in `left`.
    init(folder: String, left: inout [Report]) throws(WorkerError) {
        self.folder = folder
        let names: [String]
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .file("cannot use the spool folder \(folder): \(error.localizedDescription)")
        }
        let numbers = names.compactMap { name in
            name.hasSuffix(".spool") ? Int(name.dropLast(6)) : nil
        }
        var earlier: [Segment] = []
        for number in numbers.sorted() {
            let path = "\(folder)/\(number).spool"
            let reports = try Self.read(path)
            left += reports
            earlier.append(Segment(path: path, last: reports.last?.sequence ?? 0))
        }
        left.sort { $0.sequence < $1.sequence }
        let number = (numbers.max() ?? 0) + 1
        let file = try Self.open(folder, number)
        full = earlier
        nextNumber = number + 1
        current = file
    }

    /// Appends reports in one write; on failure nothing is kept of them.
    ///
    /// They may come in any order, but none may be older than those appended before.
    mutating func append(_ reports: [Report]) throws(SystemError) {
        var bytes: [UInt8] = []
        let ordered = reports.sorted { $0.sequence < $1.sequence }
        for report in ordered {
            let body = WorkerCodec.encode(report)
            withUnsafeBytes(of: UInt32(body.count).littleEndian) { bytes += $0 }
            withUnsafeBytes(of: Self.checksum(body[...]).littleEndian) { bytes += $0 }
            bytes += body
        }
        let size = current.size
        do throws(SystemError) {
            try current.append(bytes)
        } catch {
            // Half a record would hide those that come after it.
            let isCut = (try? current.truncate(to: size)) != nil
            if !isCut { closeSegment() }
            throw error
        }
        currentLast = ordered.last?.sequence ?? currentLast
        if current.size >= Self.segmentLimit { closeSegment() }
    }

    /// Goes on in a new segment; in this one if there cannot be another.
    private mutating func closeSegment() {
        guard let next = try? Self.open(folder, nextNumber) else { return }
        full.append(Segment(path: current.path, last: currentLast))
        current = next
        currentLast = 0
        nextNumber += 1
    }

    /// Finds out whether there is room again, for about what one batch of reports needs.
    mutating func probe() throws(SystemError) {
        let size = current.size
        do throws(SystemError) {
            try current.append([UInt8](repeating: 0, count: 64 << 10))
        } catch {
            try? current.truncate(to: size)
            throw error
        }
        try current.truncate(to: size)
    }

    /// Deletes what is acknowledged: everything before `oldest`, or everything when it is nil.
    mutating func forget(before oldest: UInt64?) {
        let oldest = oldest ?? .max
        while let first = full.first, first.last < oldest {
            _ = try? FileManager.default.removeItem(atPath: first.path)
            full.removeFirst()
        }
        guard oldest == .max, current.size > 0 else { return }
        do { try current.truncate(to: 0) } catch { return }
        currentLast = 0
    }

    private static func open(_ folder: String, _ number: Int) throws(WorkerError) -> AppendOnlyFile
    {
        do throws(SystemError) {
            return try AppendOnlyFile(path: "\(folder)/\(number).spool")
        } catch {
            throw .file("cannot write to the spool: \(error)")
        }
    }

    /// Reads a segment up to its end or to a report that was cut off when its worker was killed.
    private static func read(_ path: String) throws(WorkerError) -> [Report] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw .file("\(path) in the spool is not a plain file; move it elsewhere")
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try contents(ofFile: path)
        } catch {
            throw .file("cannot read the spool: \(error)")
        }
        var reports: [Report] = []
        var rest = bytes[...]
        while let report = takeRecord(&rest) { reports.append(report) }
        return reports
    }

    /// Takes the first record off; nil when what is left does not begin with a whole one.
    private static func takeRecord(_ bytes: inout ArraySlice<UInt8>) -> Report? {
        guard bytes.count > headerSize else { return nil }
        let length = number(bytes.prefix(4))
        let sum = number(bytes.dropFirst(4).prefix(4))
        let body = bytes.dropFirst(headerSize).prefix(Int(length))
        guard body.count == Int(length), checksum(body) == sum else { return nil }
        bytes = bytes.dropFirst(headerSize + body.count)
        return try? WorkerCodec.decodeReport(Array(body))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// FNV-1a of a report, which no single changed byte leaves as it was.
    ///
    /// A damaged report could name any sequence and any score.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum: UInt32 = 0x811C_9DC5
        for byte in bytes { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
        return sum
    }
}
