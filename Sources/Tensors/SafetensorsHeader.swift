/// Why a safetensors file was refused.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The file.
    public let path: String

    /// What is wrong with it.
    public let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The file and what is wrong with it, as one sentence.
    public var description: String { "\(path): \(reason)" }
}

/// One tensor of a safetensors file, as the header describes it.
struct SafetensorsEntry: Sendable {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Where its bytes lie in the file's data.
    let range: Range<Int>
}

/// The head of a safetensors file: 8 bytes of length, then JSON, then the tensors' bytes.
struct SafetensorsHeader: Sendable {
    /// Longer headers are refused, as the official reader does.
    static let longest = 100_000_000

    let entries: [SafetensorsEntry]
    let metadata: [String: String]
    /// Where the tensors' bytes begin in the file.
    let dataStart: Int

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(SafetensorsError) {
        guard bytes.count >= 8 else {
            throw SafetensorsError(
                path, "the file has \(bytes.count) bytes, too few for a header's length")
        }
        let length = UInt64(littleEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(Self.longest) else {
            throw SafetensorsError(
                path,
                "the header is said to have \(length) bytes, more than \(Self.longest); "
                    + "this is no safetensors file")
        }
        guard length > 0 else { throw SafetensorsError(path, "the header is empty") }
        dataStart = 8 + Int(length)
        guard dataStart <= bytes.count else {
            throw SafetensorsError(
                path,
                "the header is said to have \(length) bytes, but only "
                    + "\(bytes.count - 8) follow; the file is cut off")
        }
        let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
        guard unsafe text[0] == UInt8(ascii: "{") else {
            throw SafetensorsError(path, "the header does not begin with an opening brace")
        }
        let json: StrictJSON
        do throws(JSONFault) {
            json = try unsafe StrictJSON.parse(text)
        } catch {
            throw SafetensorsError(
                path, "the header is broken at byte \(8 + error.offset): \(error.reason)")
        }
        let dataCount = bytes.count - dataStart
        do throws(Fault) {
            (entries, metadata) = try Self.decode(json)
            try Self.checkCoverage(entries, dataCount: dataCount)
        } catch {
            throw SafetensorsError(path, error.reason)
        }
    }

    private struct Fault: Error {
        let reason: String
    }

    private static func decode(
        _ json: StrictJSON
    ) throws(Fault) -> ([SafetensorsEntry], [String: String]) {
        guard case .object(let members) = json else {
            throw Fault(reason: "the header is \(json.kind), not an object")
        }
        var entries: [SafetensorsEntry] = []
        var metadata: [String: String] = [:]
        for (name, value) in members {
            if name == "__metadata__" {
                metadata = try texts(value)
            } else {
                entries.append(try entry(name, value))
            }
        }
        return (entries, metadata)
    }

    private static func texts(_ json: StrictJSON) throws(Fault) -> [String: String] {
        guard case .object(let members) = json else {
            throw Fault(reason: "__metadata__ is \(json.kind), not an object")
        }
        var texts: [String: String] = [:]
        for (key, value) in members {
            guard case .string(let text) = value else {
                throw Fault(reason: "__metadata__.\(key) is \(value.kind), not a text")
            }
            texts[key] = text
        }
        return texts
    }

    private static func entry(_ name: String, _ json: StrictJSON) throws(Fault) -> SafetensorsEntry
    {
        let title = "tensor \"\(name)\""
        guard case .object(let members) = json else {
            throw Fault(reason: "\(title) is \(json.kind), not an object")
        }
        func field(_ key: String) throws(Fault) -> StrictJSON {
            guard let member = members.first(where: { $0.key == key }) else {
                throw Fault(reason: "\(title) has no \(key)")
            }
            return member.value
        }
        let known: Set = ["dtype", "shape", "data_offsets"]
        if let other = members.first(where: { !known.contains($0.key) }) {
            throw Fault(reason: "\(title) has an unknown field \(other.key)")
        }
        let dtype = try field("dtype")
        guard case .string(let code) = dtype, let elementType = ElementType(safetensors: code)
        else {
            throw Fault(reason: "\(title) has a dtype that we cannot read: \(dtype.kind)")
        }
        let shape = try wholeNumbers(try field("shape"), "\(title): shape")
        let offsets = try wholeNumbers(try field("data_offsets"), "\(title): data_offsets")
        guard offsets.count == 2 else {
            throw Fault(reason: "\(title): data_offsets has \(offsets.count) numbers, not 2")
        }
        guard offsets[0] <= offsets[1] else {
            throw Fault(reason: "\(title) begins at \(offsets[0]), after its end \(offsets[1])")
        }
        var bytes = elementType.size
        for length in shape {
            let (product, overflows) = bytes.multipliedReportingOverflow(by: length)
            guard !overflows else {
                throw Fault(reason: "\(title): the shape \(shape) is too large for any memory")
            }
            bytes = product
        }
        guard bytes == offsets[1] - offsets[0] else {
            throw Fault(
                reason: "\(title): \(code) \(shape) needs \(bytes) bytes, its offsets give "
                    + "\(offsets[1] - offsets[0])")
        }
        return SafetensorsEntry(
            name: name, elementType: elementType, shape: shape, range: offsets[0]..<offsets[1])
    }

    private static func wholeNumbers(_ json: StrictJSON, _ title: String) throws(Fault) -> [Int] {
        guard case .array(let elements) = json else {
            throw Fault(reason: "\(title) is \(json.kind), not a list")
        }
        var numbers: [Int] = []
        for element in elements {
            guard case .number(let text) = element else {
                throw Fault(reason: "\(title) contains \(element.kind), not a whole number")
            }
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Fault(reason: "\(title) contains \(text), not a whole number from 0")
            }
            guard let number = Int(text) else {
                throw Fault(reason: "\(title) contains \(text), which is more than 63 bits hold")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Tensors must cover the data exactly: no byte twice, none left over.
    private static func checkCoverage(
        _ entries: [SafetensorsEntry], dataCount: Int
    ) throws(Fault) {
        var end = 0
        var last = "the header"
        let ordered = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for entry in ordered {
            let start = entry.range.lowerBound
            if start < end {
                throw Fault(reason: "tensors \"\(last)\" and \"\(entry.name)\" share bytes")
            }
            if start > end {
                throw Fault(
                    reason:
                        "bytes \(end) to \(start) before tensor \"\(entry.name)\" belong to none")
            }
            end = entry.range.upperBound
            last = entry.name
        }
        if end > dataCount {
            throw Fault(
                reason: "the tensors need \(end) bytes of data, the file has \(dataCount); "
                    + "it is cut off")
        }
        if end < dataCount {
            throw Fault(
                reason: "\(dataCount - end) bytes after the last tensor belong to none")
        }
    }
}

extension ElementType {
    /// The element type with a code such as `BF16`, or nil.
    init?(safetensors code: String) {
        guard code == code.uppercased() else { return nil }
        self.init(rawValue: code.lowercased())
    }

    var safetensorsCode: String { rawValue.uppercased() }
}
