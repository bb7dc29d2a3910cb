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
}

/// Reads a file of a test as text.
func text(ofFile path: String) throws -> String {
    String(decoding: try contents(ofFile: path), as: UTF8.self)
}
