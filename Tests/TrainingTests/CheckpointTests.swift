import Artifacts
import Foundation
import TemporaryFolders
import Tensors
import Testing

@testable import Training

/// Where the checkpoints of a training lie, and what becomes of damaged ones.
@Suite final class CheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func checkpoints(
        _ fingerprint: String = "a", areArtifacts: Bool
    ) -> CheckpointFolder {
        CheckpointFolder(
            path: folder.file("training"), fingerprint: fingerprint,
            artifacts: areArtifacts ? ArtifactFolder(root: folder.file("artifacts")) : nil)
    }

    private func state(_ step: Int) -> TrainingState {
        let number = Tensor([Float(step)], shape: [1])
        var state = TrainingState(parameters: ["a.weight": number, "b": number])
        (state.step, state.seconds) = (step, 0.5 * Double(step))
        (state.means, state.average) = (["a.weight": number], ["b": number])
        return state
    }

    private var artifacts: [String] {
        folder.names(in: "artifacts").filter { $0.hasSuffix(".safetensors") }
    }

    @Test(arguments: [false, true])
    func whatWasWrittenIsRead(areArtifacts: Bool) throws {
        let checkpoints = checkpoints(areArtifacts: areArtifacts)
        #expect(try checkpoints.latest() == nil && checkpoints.last == nil)
        for step in [9, 10, 1_000_000] { try checkpoints.write(state(step), keeping: 2) }
        let read = try #require(try checkpoints.latest())
        #expect(read.step == 1_000_000 && read.seconds == 500_000)
        #expect(read.parameters.mapValues { $0.floatArray() } == ["a.weight": [1e6], "b": [1e6]])
        #expect(read.means.keys.sorted() == ["a.weight"] && read.average.keys.sorted() == ["b"])
        #expect(read.squares.isEmpty && read.reference.isEmpty)
        #expect(
            folder.names(in: "training")
                == ["step-000010.safetensors", "step-1000000.safetensors"])
        #expect(artifacts.count == (areArtifacts ? 2 : 0))
    }

    @Test func anArtifactIsNamedByItsContentAndGoesWithItsLink() throws {
        let checkpoints = checkpoints(areArtifacts: true)
        for step in 1...3 { try checkpoints.write(state(step), keeping: 3) }
        let last = try #require(checkpoints.last)
        let hash = try FileHash.sha256(ofFile: last)
        #expect(last == folder.file("artifacts/\(hash.prefix(2))/\(hash).safetensors"))
        checkpoints.prune(keeping: 1)
        #expect(folder.names(in: "training") == ["step-000003.safetensors"])
        #expect(artifacts == ["\(hash.prefix(2))/\(hash).safetensors"])
        checkpoints.prune(keeping: 0)
        #expect(folder.names(in: "training").isEmpty && artifacts.isEmpty)
    }

    /// Somebody who lays an artifact into a folder of their own keeps it.
    @Test func whatALinkOfSomebodysLeadsToStays() throws {
        let checkpoints = checkpoints(areArtifacts: true)
        try checkpoints.write(state(3), keeping: 1)
        let last = try #require(checkpoints.last)
        let own = CheckpointFolder(path: folder.file("own"), fingerprint: "a")
        try FileManager.default.createDirectory(
            atPath: own.path, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(own.path)/step-000003.safetensors", withDestinationPath: last)
        #expect(try own.latest()?.step == 3)
        try own.write(state(4), keeping: 1)
        #expect(folder.names(in: "own") == ["step-000004.safetensors"])
        #expect(try checkpoints.latest()?.step == 3)
    }

    /// What its name does not say any more, the one before it stands in for.
    @Test(arguments: [false, true])
    func aDamagedOneIsPassedOver(areArtifacts: Bool) throws {
        let checkpoints = checkpoints(areArtifacts: areArtifacts)
        for step in 1...2 { try checkpoints.write(state(step), keeping: 2) }
        let last = try #require(checkpoints.last)
        let bytes = try Data(contentsOf: URL(filePath: last))
        // Without a hash only what cannot be a file of tensors shows.
        var damaged = areArtifacts ? bytes : bytes.dropLast(3)
        if areArtifacts { damaged[damaged.count - 1] ^= 1 }
        try damaged.write(to: URL(filePath: last))
        #expect(try checkpoints.latest()?.step == 1)
        try checkpoints.write(state(2), keeping: 2)
        #expect(try checkpoints.latest()?.step == 2)
        #expect(folder.names(in: "training").count == 2)
    }

    @Test func onlyDamagedOnesAreAnErrorThatNamesTheLatest() throws {
        let checkpoints = checkpoints(areArtifacts: true)
        try checkpoints.write(state(4), keeping: 1)
        try FileManager.default.removeItem(atPath: #require(checkpoints.last))
        let error = #expect(throws: TrainingError.self) { try checkpoints.latest() }
        #expect(error?.description.contains("step-000004.safetensors") == true)
    }

    @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
        try checkpoints("a", areArtifacts: true).write(state(1), keeping: 1)
        let error = #expect(throws: TrainingError.self) {
            try checkpoints("b", areArtifacts: true).latest()
        }
        #expect(error?.description.contains("other settings, data or model") == true)
    }
}
