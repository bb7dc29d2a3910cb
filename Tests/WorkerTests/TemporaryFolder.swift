import Foundation
import Glibc
import Linux

/// A folder of one test, removed with all it holds when the test ends.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/duet-test-XXXXXX".utf8CString)
        try template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, mkdtemp(base) != nil else {
                throw SystemError(call: "mkdtemp", errno: errno)
            }
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        var request = SpawnRequest(command: ["rm", "-rf", path], environment: [:])
        request.error = .null
        if var child = try? ChildProcess.spawn(request) { _ = child.wait() }
    }

    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// The names of the files in it and in the folders in it, sorted.
    func names(in folder: String = ".") -> [String] {
        let found = FileManager.default.enumerator(atPath: file(folder))
        return (found?.compactMap { $0 as? String } ?? []).sorted()
    }
}

/// Writes a file of a test anew.
func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    var file = try AppendOnlyFile(path: path)
    try file.truncate(to: 0)
    try file.append(bytes)
}
