import Artifacts
import Foundation
import Scheduling

/// The logs of a task's attempts in the artifact folder.
///
/// Only numbers make up their paths, so nothing outside of the folder is ever read.
struct AttemptLogs {
    let folder: String
    private let artifacts: String
    private let task: TaskID

    /// Most bytes of a page, and of a tail.
    private static let pageLimit = 256 << 10
    private static let tailLimit = 4096
    private static let tailLines = 20

    init(artifacts: String, task: TaskID) {
        self.artifacts = artifacts
        self.task = task
        folder = ArtifactFolder(root: artifacts).logFolder(
            campaign: task.campaign, task: task.rawValue)
    }

    /// The attempts that have logs, oldest first.
    private var attempts: [Attempt] {
        guard !artifacts.isEmpty else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasSuffix(".log") else { return nil }
            let parts = name.dropLast(4).split(separator: "-")
            guard parts.count == 2, let epoch = Int32(parts[0]), let number = Int32(parts[1])
            else { return nil }
            return Attempt(epoch: epoch, number: number)
        }.sorted()
    }

    var newest: Attempt? { attempts.last }

    func newest(number: Int32) -> Attempt? { attempts.last { $0.number == number } }

    /// Reads from a byte on, as far as a page goes; cut after a line where there is one.
    func read(_ attempt: Attempt, from start: Int64) -> (text: String, next: Int64, isLast: Bool) {
        guard let bytes = bytes(of: attempt, from: start, most: Self.pageLimit) else {
            return ("", start, true)
        }
        var page = bytes[...]
        let isLast = bytes.count < Self.pageLimit
        if !isLast, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) { page = bytes[...end] }
        return (String(decoding: page, as: UTF8.self), start + Int64(page.count), isLast)
    }

    /// The last lines of a log; empty for none.
    func tail(of attempt: Attempt?) -> String {
        guard let attempt,
            let length = length(of: attempt),
            let bytes = bytes(
                of: attempt, from: max(length - Int64(Self.tailLimit), 0), most: Self.tailLimit)
        else { return "" }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return lines.suffix(Self.tailLines).joined(separator: "\n")
    }

    private func path(_ attempt: Attempt) -> String {
        ArtifactFolder(root: artifacts).logPath(
            campaign: task.campaign, task: task.rawValue, epoch: attempt.epoch,
            number: attempt.number)
    }

    private func bytes(of attempt: Attempt, from start: Int64, most: Int) -> [UInt8]? {
        // What a link leads to is nobody's log.
        guard length(of: attempt) != nil,
            let file = FileHandle(forReadingAtPath: path(attempt))
        else { return nil }
        defer { try? file.close() }
        do {
            try file.seek(toOffset: UInt64(max(start, 0)))
            return [UInt8](try file.read(upToCount: most) ?? Data())
        } catch {
            return nil
        }
    }

    /// Bytes of a log that is a file of its own; nil for anything else.
    private func length(of attempt: Attempt) -> Int64? {
        let found = try? FileManager.default.attributesOfItem(atPath: path(attempt))
        guard let found, found[.type] as? FileAttributeType == .typeRegular else { return nil }
        return (found[.size] as? NSNumber)?.int64Value
    }
}
