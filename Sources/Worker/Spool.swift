import Foundation
import Linux
import Scheduling
import Wire

/// Reports on disk until the coordinator has committed them, so that a worker that is killed
/// says them again when it comes back.
///
/// Written without fsync: a killed process loses nothing, and a node that loses its power loses
/// results that are made again. Segments are files of length-prefixed reports; one that holds
/// nothing unacknowledged any more is deleted.
struct Spool: ~Copyable {
    private struct Segment {
        var path: String
        /// The highest sequence in it.
        var last: UInt64
    }

    private let folder: String
    private var current: AppendOnlyFile
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
        let number = (numbers.max() ?? 0) + 1
        let file = try Self.open(folder, number)
        full = earlier
        nextNumber = number + 1
        current = file
    }

    /// Appends reports in one write; on failure nothing is kept of them.
    mutating func append(_ reports: [Report]) throws(SystemError) {
        var bytes: [UInt8] = []
        for report in reports {
            let body = WorkerCodec.encode(report)
            withUnsafeBytes(of: UInt32(body.count).littleEndian) { bytes += $0 }
            bytes += body
        }
        let size = current.size
        do throws(SystemError) {
            try current.append(bytes)
        } catch {
            // Half a report would hide those that come after it.
            try? current.truncate(to: size)
            throw error
        }
        currentLast = reports.last?.sequence ?? currentLast
        if current.size >= Self.segmentLimit, let next = try? Self.open(folder, nextNumber) {
            full.append(Segment(path: current.path, last: currentLast))
            current = next
            nextNumber += 1
        }
    }

    /// Deletes what is acknowledged: everything before `oldest`, or everything when it is nil.
    mutating func forget(before oldest: UInt64?) {
        let oldest = oldest ?? .max
        while let first = full.first, first.last < oldest {
            _ = try? FileManager.default.removeItem(atPath: first.path)
            full.removeFirst()
        }
        if oldest == .max, current.size > 0 { try? current.truncate(to: 0) }
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
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try contents(ofFile: path)
        } catch {
            throw .file("cannot read the spool: \(error)")
        }
        var reports: [Report] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            guard offset + 4 + length <= bytes.count,
                let report = try? WorkerCodec.decodeReport(
                    Array(bytes[offset + 4..<offset + 4 + length]))
            else { break }
            reports.append(report)
            offset += 4 + length
        }
        return reports
    }
}
