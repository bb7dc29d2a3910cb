import Engines
import Foundation
import Generation
import TemporaryFolders
import Testing
import ToyModels

@Suite struct ModelShelfTests {
    @Test func modelsAreFoundByNameAndByHash() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("a"))
        let shelf = ModelShelf(folder.path)
        let hash = try ModelFolder(path: folder.file("a")).hash()
        #expect(shelf.names == ["toy", "toy@\(hash.prefix(12))"])
        for name in ["toy", "toy@\(hash.prefix(8))", "toy@\(hash)"] {
            #expect(try shelf.model(name).hash == hash)
        }
        #expect(
            message { try shelf.model("toy@00000000") }.contains("has the hash \(hash.prefix(12))"))
        #expect(message { try shelf.model("toy@\(hash.prefix(4))") }.contains("at least 8 digits"))
        #expect(
            message { try shelf.model("ovi") }.hasPrefix("this worker has no model ovi; it has toy")
        )
    }

    @Test func aNameThatTwoModelsHaveMustBeMadeClear() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("a"))
        try ToyModel.write(folder.file("b"), ToyModel.description(width: 24))
        let shelf = ModelShelf(folder.path)
        #expect(shelf.names.count == 2 && shelf.names.allSatisfy { $0.hasPrefix("toy@") })
        #expect(message { try shelf.model("toy") }.hasPrefix("several models are called toy"))
        #expect(try shelf.model(shelf.names[0]).fullName == shelf.names[0])
    }

    @Test func aFolderThatIsAModelHoldsItAlone() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        #expect(ModelShelf(folder.path).models.count == 1)
    }

    @Test func aBrokenModelIsLeftOutAndSaidToBe() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("good"))
        try ToyModel.write(folder.file("bad"))
        try FileManager.default.removeItem(atPath: folder.file("bad/vocabulary.txt"))
        let shelf = ModelShelf(folder.path)
        #expect(shelf.models.count == 1)
        #expect(shelf.problems.count == 1 && shelf.problems[0].contains("bad/vocabulary.txt"))
    }

    @Test func aFolderThatIsNotThereHoldsNoModels() {
        let shelf = ModelShelf("/nowhere")
        #expect(shelf.models.isEmpty && shelf.problems.isEmpty)
        #expect(message { try shelf.model("toy") }.hasSuffix("it has none"))
    }

    private func message(_ body: () throws -> ModelShelf.Model) -> String {
        (#expect(throws: EngineFault.self) { try body() })?.message ?? ""
    }
}
