/// A safetensors file whose tensors are read from the mapped file when they are touched.
public struct SafetensorsFile: Sendable {
    /// Where the file lies.
    public let path: String

    /// The texts under `__metadata__`.
    public let metadata: [String: String]

    /// The tensors' names, sorted.
    public let names: [String]

    private let file: MappedFile
    private let dataStart: Int
    private let entries: [String: SafetensorsEntry]

    /// Maps a file and checks its header against its size.
    public init(path: String) throws(SafetensorsError) {
        do throws(SystemError) {
            file = try MappedFile(path: path)
        } catch {
            throw SafetensorsError(path, "\(error)")
        }
        let header = try unsafe SafetensorsHeader(file.bytes, path: path)
        self.path = path
        metadata = header.metadata
        dataStart = header.dataStart
        entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
        names = entries.keys.sorted()
        for entry in header.entries where entry.elementType == .bool {
            guard unsafe bytes(entry).allSatisfy({ $0 < 2 }) else {
                throw SafetensorsError(
                    path, "tensor \"\(entry.name)\" has a BOOL that is neither 0 nor 1")
            }
        }
    }

    /// The tensor of a name, or nil; its bytes stay in the file unless they lie unaligned there.
    public subscript(name: String) -> Tensor? {
        guard let entry = entries[name] else { return nil }
        let bytes = unsafe bytes(entry)
        let address = Int(bitPattern: bytes.baseAddress)
        guard entry.shape.allSatisfy({ $0 > 0 }), address % entry.elementType.size == 0 else {
            return unsafe Tensor(
                bytes: Array(bytes), shape: entry.shape, entry.elementType)
        }
        return unsafe Tensor(
            shape: entry.shape, strides: Tensor.contiguousStrides(entry.shape), offset: 0,
            elementType: entry.elementType, storage: Storage(bytes: bytes, of: file))
    }

    /// The shape and element type of a tensor, without touching its bytes.
    public func layout(_ name: String) -> (shape: [Int], elementType: ElementType)? {
        entries[name].map { ($0.shape, $0.elementType) }
    }

    private func bytes(_ entry: SafetensorsEntry) -> UnsafeRawBufferPointer {
        let range = dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound
        return unsafe UnsafeRawBufferPointer(rebasing: file.bytes[range])
    }
}
