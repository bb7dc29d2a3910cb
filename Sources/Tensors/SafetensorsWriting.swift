import Glibc

extension SafetensorsFile {
    /// Writes tensors to a file that appears whole or not at all.
    ///
    /// They are written beside the file first, forced to disk, then renamed; an older file stays
    /// until that moment. Larger element types come first, so that each tensor lies aligned.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
    ) throws(SafetensorsError) {
        let ordered = tensors.sorted {
            ($1.value.elementType.size, $0.key) < ($0.value.elementType.size, $1.key)
        }
        let header = header(ordered, metadata)
        // The process id keeps two writers of one file from sharing the unfinished one.
        let unfinished = "\(path).\(getpid()).unfinished"
        do throws(SystemError) {
            var file = try OutputFile(path: unfinished)
            try file.write(header)
            for (_, tensor) in ordered { try file.write(tensor) }
            try file.finish(as: path)
        } catch {
            throw SafetensorsError(path, "\(error)")
        }
    }

    private static func header(
        _ ordered: [(key: String, value: Tensor)], _ metadata: [String: String]
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
        }
        var start = 0
        for (name, tensor) in ordered {
            let end = start + tensor.count * tensor.elementType.size
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(quoted(name)):{\"dtype\":\"\(tensor.elementType.safetensorsCode)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}")
            start = end
        }
        var text = Array("{\(members.joined(separator: ","))}".utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        let length = UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// A file that is being written, removed unless it is finished.
private struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private var isFinished = false

    init(path: String) throws(SystemError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(code: errno, "cannot create \(path)") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isFinished { unsafe unlink(path) }
    }

    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        let outcome = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try unsafe write(bytes) }
        }
        try outcome.get()
    }

    mutating func write(_ tensor: Tensor) throws(SystemError) {
        let source = tensor.contiguous()
        defer { extendLifetime(source) }
        let size = source.count * source.elementType.size
        try unsafe write(UnsafeRawBufferPointer(start: source.address, count: size))
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(code: errno, "cannot write \(path)") }
            done += count
        }
    }

    /// Forces the bytes to disk and gives the file its name.
    mutating func finish(as name: String) throws(SystemError) {
        guard fsync(descriptor) == 0 else {
            throw SystemError(code: errno, "cannot write \(path) to disk")
        }
        guard unsafe rename(path, name) == 0 else {
            throw SystemError(code: errno, "cannot rename \(path) to \(name)")
        }
        isFinished = true
    }
}
