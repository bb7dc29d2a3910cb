import Foundation
import Glibc
import Linux

/// A folder of one test, which any user may enter, removed with all it holds when the test ends.
public struct TemporaryFolder: ~Copyable {
    /// Where it lies; short, because sockets may be put there.
    public let path: String

    /// Makes a folder that nobody else uses.
    public init() throws {
        path = "/tmp/duet-test-\(UInt32.random(in: 0 ... .max))"
        guard mkdir(path, 0o755) == 0 else {
            throw SystemError(call: "mkdir", errno: errno, path: path)
        }
    }

    deinit {
        // Not FileManager's removeItem, which cannot remove all that tests leave behind.
        var request = SpawnRequest(command: ["rm", "-rf", path], environment: [:])
        request.error = .null
        if var child = try? ChildProcess.spawn(request) { _ = child.wait() }
    }

    /// The path of a file in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of the files in it and in the folders in it, sorted.
    public func names(in folder: String = ".") -> [String] {
        let found = FileManager.default.enumerator(atPath: file(folder))
        return (found?.compactMap { $0 as? String } ?? []).sorted()
    }
}

/// Reads a file of a test as text.
public func text(ofFile path: String) throws -> String {
    String(decoding: try contents(ofFile: path), as: UTF8.self)
}

/// Writes a file of a test anew.
public func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    var file = try AppendOnlyFile(path: path)
    try file.truncate(to: 0)
    try file.append(bytes)
}
