import Glibc

/// Tensors by their names: weights, gradients, factors of an adapter.
public typealias NamedTensors = [String: Tensor]

/// The tensors of a model: one safetensors file, several that an index file names, or memory.
public struct Checkpoint: Sendable {
    /// The files, in the order of their names.
    public let files: [SafetensorsFile]

    private let places: [String: Int]

    /// Tensors that lie in no file, or stand before those that do.
    private var held: [String: Tensor]

    /// Takes tensors by name, such as those that a training step works on.
    public init(tensors: [String: Tensor]) {
        files = []
        places = [:]
        held = tensors
    }

    /// Opens a `.safetensors` file, an `.index.json` file, or a folder that holds either.
    ///
    /// A folder's index decides which files belong to the model; without one, all its safetensors
    /// files do, and no two may hold the same name.
    public init(path: String) throws(SafetensorsError) {
        if path.hasSuffix(".json") {
            try self.init(index: path)
        } else if let children = Self.children(path) {
            let indexes = children.filter { $0.hasSuffix(".safetensors.index.json") }
            let tensors = children.filter { $0.hasSuffix(".safetensors") }
            if indexes.count == 1 {
                try self.init(index: "\(path)/\(indexes[0])")
            } else if indexes.isEmpty, !tensors.isEmpty {
                try self.init(files: tensors.map { "\(path)/\($0)" })
            } else {
                throw SafetensorsError(
                    path,
                    indexes.isEmpty
                        ? "the folder holds no safetensors file"
                        : "the folder holds several index files: \(indexes.joined(separator: ", "))"
                )
            }
        } else {
            try self.init(files: [path])
        }
    }

    /// Opens several files as one checkpoint.
    public init(files paths: [String]) throws(SafetensorsError) {
        var files: [SafetensorsFile] = []
        var places: [String: Int] = [:]
        for path in paths {
            let file = try SafetensorsFile(path: path)
            for name in file.names {
                if let other = places.updateValue(files.count, forKey: name) {
                    throw SafetensorsError(
                        path, "tensor \"\(name)\" is also in \(files[other].path)")
                }
            }
            files.append(file)
        }
        self.files = files
        self.places = places
        held = [:]
    }

    private init(index path: String) throws(SafetensorsError) {
        let map = try Self.weightMap(path)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let names = Set(map.values).sorted()
        try self.init(files: names.map { folder.isEmpty ? $0 : "\(folder)/\($0)" })
        for (tensor, name) in map.sorted(by: { $0.key < $1.key }) {
            guard let place = places[tensor], names[place] == name else {
                throw SafetensorsError(
                    path, "the index puts tensor \"\(tensor)\" into \(name), which lacks it")
            }
        }
        if let extra = places.keys.sorted().first(where: { map[$0] == nil }) {
            throw SafetensorsError(
                path,
                "the index does not name tensor \"\(extra)\" of \(files[places[extra] ?? 0].path)")
        }
    }

    /// Returns the checkpoint with some tensors in place of its own, or beside them.
    public func replacing(_ tensors: [String: Tensor]) -> Checkpoint {
        var result = self
        result.held.merge(tensors) { $1 }
        return result
    }

    /// The tensors' names, sorted.
    public var names: [String] {
        (places.keys.filter { held[$0] == nil } + held.keys).sorted()
    }

    /// The tensor of a name, or nil.
    public subscript(name: String) -> Tensor? {
        held[name] ?? places[name].flatMap { files[$0][name] }
    }

    /// The shape and element type of a tensor, without touching its bytes.
    public func layout(_ name: String) -> (shape: [Int], elementType: ElementType)? {
        held[name].map { ($0.shape, $0.elementType) }
            ?? places[name].flatMap { files[$0].layout(name) }
    }

    private static func weightMap(_ path: String) throws(SafetensorsError) -> [String: String] {
        let json: StrictJSON
        do throws(SystemError) {
            let file = try MappedFile(path: path)
            do throws(JSONFault) {
                json = try unsafe StrictJSON.parse(file.bytes)
            } catch {
                throw SystemError(
                    code: EINVAL, "the index is broken at byte \(error.offset): \(error.reason)")
            }
        } catch {
            throw SafetensorsError(path, error.code == EINVAL ? error.what : "\(error)")
        }
        guard case .object(let members) = json,
            case .object(let map)? = members.first(where: { $0.key == "weight_map" })?.value
        else { throw SafetensorsError(path, "the index has no object weight_map") }
        var files: [String: String] = [:]
        for (tensor, value) in map {
            guard case .string(let name) = value, !name.contains("/"), !name.isEmpty else {
                throw SafetensorsError(
                    path, "weight_map.\(tensor) is \(value.kind), not a file name of this folder")
            }
            files[tensor] = name
        }
        return files
    }

    /// The sorted names in a folder, or nil when the path is none.
    private static func children(_ path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    unsafe String(cString: name)
                }
            }
            names.append(name)
        }
        return names.sorted()
    }
}
