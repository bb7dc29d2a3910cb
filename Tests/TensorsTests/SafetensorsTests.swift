import FoundationEssentials
import Golden
import Tensors
import Testing

struct SafetensorsTests {
    private let cases: GoldenFile

    init() throws {
        cases = try GoldenFile("13_safetensors_cases")
    }

    @Test func goodFilesHaveTheListedContent() throws {
        for (name, file) in try cases.json["files"]["safetensors-ok"].members {
            let opened = try SafetensorsFile(path: GoldenFile.path("safetensors-ok/\(name)"))
            guard let tensors = try? file["tensors"].members else { continue }
            #expect(opened.names == tensors.keys.sorted(), "\(name)")
            for (key, expected) in tensors {
                try check(opened[key], expected, "\(name): \(key)")
            }
            for (key, text) in (try? file["metadata"].members) ?? [:] {
                #expect(try opened.metadata[key] == text.string)
            }
        }
    }

    @Test func manyTensorsAreFoundByName() throws {
        let file = try SafetensorsFile(path: GoldenFile.path("safetensors-ok/many.safetensors"))
        #expect(file.names.count == 300)
        for (i, name) in file.names.enumerated() {
            #expect(file[name]?.floatArray() == [Float(2 * i), Float(2 * i + 1)])
        }
    }

    @Test func everyBadFileIsRefusedWithItsOwnReason() throws {
        var reasons: [String: String] = [:]
        for name in try cases.json["files"]["safetensors-bad"].members.keys.sorted() {
            let error = #expect(throws: SafetensorsError.self) {
                _ = try SafetensorsFile(path: GoldenFile.path("safetensors-bad/\(name)"))
            }
            reasons[name] = error?.reason
        }
        #expect(reasons["truncated_data.safetensors"]?.contains("it is cut off") == true)
        #expect(reasons["hole.safetensors"]?.contains("belong to none") == true)
        #expect(reasons["unknown_dtype.safetensors"]?.contains("F33") == true)
        #expect(reasons["duplicate_keys.safetensors"]?.contains("stands there twice") == true)
        // Files may be broken in the same way at another place, but hardly ever in the same words.
        #expect(Set(reasons.values).count >= reasons.count * 3 / 4)
    }

    @Test func aMissingFileOrAFolderIsAnError() {
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: "/nowhere/x") }
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: "/tmp") }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        try inFolder { folder in
            let tensors = [
                "a": Tensor([1, 2, 3], shape: [3, 1]),
                "β \"quoted\"\n": Tensor([1.5, -2]).converted(to: .bf16),
                "flags": Tensor([1, 0, 1]).converted(to: .bool),
                "none": Tensor([Float](), shape: [0, 7]),
                "one": Tensor(doubles: [0.1], shape: []),
                "view": Tensor([1, 2, 3, 4], shape: [2, 2]).transposed(),
            ]
            let path = "\(folder)/x.safetensors"
            try SafetensorsFile.write(tensors, metadata: ["format": "pt\t"], to: path)
            let file = try SafetensorsFile(path: path)
            #expect(file.metadata == ["format": "pt\t"])
            #expect(file.names == tensors.keys.sorted())
            for (name, tensor) in tensors {
                #expect(file[name]?.shape == tensor.shape)
                #expect(file[name]?.elementType == tensor.elementType)
                #expect(file[name]?.byteArray() == tensor.byteArray())
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == ["x.safetensors"])
        }
    }

    @Test func aChangedTensorLeavesTheFileAsItWas() throws {
        try inFolder { folder in
            let path = "\(folder)/x.safetensors"
            try SafetensorsFile.write(["x": Tensor([1, 2])], to: path)
            let file = try SafetensorsFile(path: path)
            var x = try #require(file["x"])
            x[0] = 10
            #expect(x.floatArray() == [10, 2])
            #expect(file["x"]?.floatArray() == [1, 2])
        }
    }

    @Test func aFailedWriteLeavesTheOlderFile() throws {
        try inFolder { folder in
            #expect(throws: SafetensorsError.self) {
                try SafetensorsFile.write(["x": Tensor([1])], to: "\(folder)/no/x.safetensors")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == [])
        }
    }

    @Test func severalFilesMakeOneCheckpoint() throws {
        try inFolder { folder in
            try SafetensorsFile.write(["a": Tensor([1])], to: "\(folder)/m-1.safetensors")
            try SafetensorsFile.write(["b": Tensor([2])], to: "\(folder)/m-2.safetensors")
            #expect(try Checkpoint(path: folder)["b"]?.floatArray() == [2])

            let index = "\(folder)/m.safetensors.index.json"
            try write(#"{"weight_map": {"a": "m-1.safetensors"}}"#, to: index)
            let checkpoint = try Checkpoint(path: folder)
            #expect(checkpoint.names == ["a"])
            #expect(checkpoint["b"] == nil)
        }
    }

    @Test(arguments: [
        (#"{"weight_map": {"a": "m-2.safetensors"}}"#, "which lacks it"),
        (#"{"weight_map": {"a": "../m-1.safetensors"}}"#, "not a file name of this folder"),
        (#"{"weight_map": {}, "weight_map": {}}"#, "stands there twice"),
        (#"{"weight_map": []}"#, "no object weight_map"),
        (#"{"weight_map": {"a": "m-1.safetensors", "b": "m-1.safetensors"}}"#, "which lacks it"),
        (#"{"weight_map": {"a": "m-3.safetensors"}}"#, "No such file"),
    ])
    func aWrongIndexIsRefused(text: String, reason: String) throws {
        try inFolder { folder in
            try SafetensorsFile.write(["a": Tensor([1])], to: "\(folder)/m-1.safetensors")
            try SafetensorsFile.write(["b": Tensor([2])], to: "\(folder)/m-2.safetensors")
            try write(text, to: "\(folder)/m.safetensors.index.json")
            let error = #expect(throws: SafetensorsError.self) { try Checkpoint(path: folder) }
            #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func theSameNameInTwoFilesIsRefused() throws {
        try inFolder { folder in
            try SafetensorsFile.write(["a": Tensor([1])], to: "\(folder)/m-1.safetensors")
            try SafetensorsFile.write(["a": Tensor([2])], to: "\(folder)/m-2.safetensors")
            #expect(throws: SafetensorsError.self) { try Checkpoint(path: folder) }
        }
    }

    private func check(_ tensor: Tensor?, _ expected: GoldenValue, _ title: String) throws {
        let tensor = try #require(tensor, "\(title)")
        #expect(tensor.elementType.rawValue.uppercased() == (try expected["dtype"].string))
        #expect(tensor.shape == (try expected["shape"].array.map { try $0.integer }), "\(title)")
        let values = try expected["values"].array
        let (doubles, integers) = (tensor.doubleArray(), tensor.intArray())
        for (i, value) in values.enumerated() {
            switch value {
            case .flag(let flag): #expect(integers[i] == (flag ? 1 : 0), "\(title)")
            case .text("nan"): #expect(doubles[i].isNaN, "\(title)")
            case .text("-0.0"): #expect(doubles[i].sign == .minus && doubles[i] == 0, "\(title)")
            case .text(let text) where Double(text)?.isInfinite == true:
                #expect(doubles[i] == Double(text), "\(title)")
            case .text(let text):
                let bits = Int64(text) ?? Int64(bitPattern: UInt64(text) ?? 0)
                #expect(integers[i] == bits, "\(title)")
            default: #expect(try doubles[i] == value.number, "\(title)")
            }
        }
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/duet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
