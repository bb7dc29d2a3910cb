import Foundation

/// A folder of files beside the tests.
func folder(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
}

/// Returns the names of a folder's files with an ending, without it and sorted.
func names(in name: String, ending: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder(name))) ?? []
    return all.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
}

func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
}

/// Returns the recorded text of a snapshot; with DUET_RECORD set it is written first.
///
/// A recording run passes, so look at what changed before you commit it.
func recorded(_ found: String, at path: String) throws -> String {
    if ProcessInfo.processInfo.environment["DUET_RECORD"] != nil {
        try Data(found.utf8).write(to: URL(filePath: path))
    }
    return try text(path)
}
