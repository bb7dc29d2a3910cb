import Foundation

/// Numbers that a reference implementation made, with their settings and tolerance.
struct GoldenNumbers {
    let settings: [String: Any]
    private let header: [String: Any]
    private let data: Data
    private let begin: Int

    /// Reads a shared fixture: from the folder that DUET_FIXTURES names, or Tests/Fixtures.
    static func shared(_ name: String) throws -> GoldenNumbers {
        let named = ProcessInfo.processInfo.environment["DUET_FIXTURES"].map { URL(filePath: $0) }
        return try GoldenNumbers(name, in: named ?? tests.appending(path: "Fixtures"))
    }

    /// Reads a fixture of these tests, which make_media_fixtures.py made.
    static func own(_ name: String) throws -> GoldenNumbers {
        try GoldenNumbers(name, in: tests.appending(path: "MediaTests/Fixtures"))
    }

    private static let tests = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()

    private init(_ name: String, in folder: URL) throws {
        func object(_ data: Data) throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        }
        settings = try object(Data(contentsOf: folder.appending(path: "\(name).json")))
        data = try Data(contentsOf: folder.appending(path: "\(name).safetensors"))
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        header = try object(data[8..<8 + length])
        begin = 8 + length
    }

    var config: [String: Any] { settings["config"] as? [String: Any] ?? [:] }

    /// A number of the settings.
    func number(_ key: String, in group: String = "config") -> Double {
        ((settings[group] as? [String: Any])?[key] as? NSNumber)?.doubleValue ?? .nan
    }

    func integer(_ key: String) -> Int { Int(number(key)) }

    var names: [String] { header.keys.sorted() }

    /// The bytes of a tensor.
    func bytes(_ name: String) throws -> [UInt8] {
        guard let entry = header[name] as? [String: Any],
            let offsets = entry["data_offsets"] as? [Int]
        else { throw CocoaError(.fileReadCorruptFile) }
        return [UInt8](data[begin + offsets[0]..<begin + offsets[1]])
    }

    /// The values of a float32 tensor.
    func floats(_ name: String) throws -> [Float] {
        let bytes = try bytes(name)
        return stride(from: 0, to: bytes.count, by: 4).map { i in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[i + $1]) << UInt32(8 * $1) }
            return Float(bitPattern: bits)
        }
    }

    func shape(_ name: String) -> [Int] {
        (header[name] as? [String: Any])?["shape"] as? [Int] ?? []
    }
}

/// Says where results differ by more than atol + rtol·|expected|, or returns nil.
func difference(
    _ got: [Float], _ expected: [Float], atol: (Float) -> Double, rtol: Double = 0
) -> String? {
    guard got.count == expected.count else { return "\(got.count) values, not \(expected.count)" }
    let wrong = got.indices.filter { i in
        let (a, b) = (Double(got[i]), Double(expected[i]))
        return !(abs(a - b) <= atol(expected[i]) + rtol * abs(b))
    }
    guard let worst = wrong.max(by: { abs(got[$0] - expected[$0]) < abs(got[$1] - expected[$1]) })
    else { return nil }
    return "\(wrong.count) of \(got.count) differ; value \(worst) is \(got[worst]), not "
        + "\(expected[worst])"
}

func difference(
    _ got: [Float], _ expected: [Float], atol: Double, rtol: Double = 0
) -> String? {
    difference(got, expected, atol: { _ in atol }, rtol: rtol)
}
