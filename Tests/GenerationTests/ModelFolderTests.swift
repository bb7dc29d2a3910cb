import Foundation
import Generation
import Models
import TemporaryFolders
import Tensors
import Testing
import ToyModels

@Suite struct ModelFolderTests {
    @Test func aModelIsReadAsItWasWritten() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let model = try ModelFolder(path: folder.path)
        #expect(try model.description == ToyModel.description())
        #expect(model.vocabulary == (try ToyModel.vocabulary()))
        _ = try model.transformer(precision: .float32)
        _ = try model.codec()
    }

    /// A step of training builds the network from tensors in memory.
    @Test func aNetworkIsBuiltFromTensorsInMemoryOrInFiles() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let model = try ModelFolder(path: folder.path)
        let configuration = model.configuration(precision: .float32)
        let held = try JavisTransformer(
            Checkpoint(tensors: ToyModel.weights(model.description)), configuration)
        let mapped = try model.transformer(precision: .float32)
        func velocity(_ network: JavisTransformer) throws -> [Float] {
            let numbers = try ToyModel.vocabulary().numbers(of: ToyModel.prompt, length: 13)
            let result = network.velocity(
                .init(
                    video: Tensor(repeating: 0.5, shape: [1, 64, 8, 4, 2]),
                    audio: Tensor(repeating: -0.5, shape: [1, 32, 25, 2])),
                timestep: Tensor([500]), text: network.states(ofWords: [numbers]))
            return (result.video?.floatArray() ?? []) + (result.audio?.floatArray() ?? [])
        }
        let (a, b) = (try velocity(held), try velocity(mapped))
        #expect(a == b)
        #expect(a.count == 64 * 64 + 50 * 32 && a.allSatisfy(\.isFinite))
    }

    @Test func theHashFollowsTheContentOfEveryFile() throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        try ToyModel.write(folder.path)
        try ToyModel.write(other.path)
        let hash = try ModelFolder(path: folder.path).hash()
        #expect(try ModelFolder(path: other.path).hash() == hash)
        var codec = try ToyModel.codec(ToyModel.description())
        codec["video.scale"] = Tensor(repeating: 0.8, shape: [64])
        try SafetensorsFile.write(codec, to: "\(other.path)/codec.safetensors")
        #expect(try ModelFolder(path: other.path).hash() != hash)
    }

    /// What was worked out once is kept, and what it was worked out from is still looked at.
    @Test func aHashIsRememberedAsLongAsTheFileIsTheSame() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let hash = try ModelFolder(path: folder.path).hash()
        let known = folder.file(".hashes")
        let kept = try String(contentsOfFile: known, encoding: .utf8)
        #expect(try ModelFolder(path: folder.path).hash() == hash)
        // Nobody else's hash of these files is trusted any longer than the files themselves.
        let stale = kept.replacingOccurrences(of: "codec.safetensors ", with: "codec.safetensors x")
        try stale.write(toFile: known, atomically: true, encoding: .utf8)
        #expect(try ModelFolder(path: folder.path).hash() == hash)
        try FileManager.default.removeItem(atPath: known)
        #expect(try ModelFolder(path: folder.path).hash() == hash)
    }

    @Test(
        arguments: [
            ("\"heads\"", "\"hedas\"", "network.heads is missing"),
            ("\"eps\"", "\"bias\" : 1, \"eps\"", "there is no key network.bias; remove it"),
            ("duet-model/1", "duet-model/2", "format is \"duet-model/2\"; this version reads"),
            ("javisdit++", "ovi", "architecture "),
            ("\"heads\" : 4", "\"heads\" : 5", "network.width 48 does not divide into 5 heads"),
            ("\"steps\" : 3", "\"steps\" : 0", "sampler.steps is 0; it must be above 0"),
            ("\"fps\" : \"8\"", "\"fps\" : \"eight\"", "clip.fps is \"eight\"; write a rate"),
            ("\"euler\"", "\"heun\"", "sampler.solver is \"heun\"; write euler, unipc"),
            ("\"height\" : 32", "\"height\" : 31", "clip [16, 31, 16] is no multiple"),
            ("\"highest\" : 8000", "\"highest\" : 9000", "codec.mel.lowest and highest are"),
        ])
    func aBrokenDescriptionIsRefusedByItsKey(_ from: String, _ to: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let file = "\(folder.path)/model.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(from))
        try text.replacingOccurrences(of: from, with: to)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: ModelError.self) { try ModelFolder(path: folder.path) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func textOutsideTheVocabularyIsRefusedByItsWords() throws {
        let vocabulary = try ToyModel.vocabulary()
        #expect(try vocabulary.numbers(of: "A red, CIRCLE!", length: 4) == [1, 4, 10, 0])
        #expect(throws: VocabularyError.unknown(["dog"], known: vocabulary.words)) {
            try vocabulary.numbers(of: "a red dog", length: 13)
        }
        #expect(throws: VocabularyError.tooLong(3, most: 2)) {
            try vocabulary.numbers(of: "a red circle", length: 2)
        }
    }
}
