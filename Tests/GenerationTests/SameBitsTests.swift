import Foundation
import Generation
import Media
import Samplers
import TemporaryFolders
import Tensors
import Testing
import ToyModels

/// The same candidate has the same bits however it is made.
@Suite struct SameBitsTests {
    let order = Generator.Order(text: ToyModel.prompt, seed: 7)
    let others = [
        Generator.Order(text: "a large blue square bounces once with a high drum sound", seed: 1),
        Generator.Order(text: "a green triangle", seed: 9_541_266_253_617_023_151),
    ]

    /// Makes candidates of a model that is loaded anew.
    private func make(
        _ orders: [Generator.Order], threads: Int = 1, branches: Branches? = nil,
        _ change: (inout SamplerSettings) -> Void = { _ in }
    ) throws -> [Candidate] {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let generator = try Generator(ModelFolder(path: folder.path), precision: .float32)
        var settings = generator.usual
        change(&settings.sampler)
        return try Team.with(threads: threads) {
            try generator.candidates(orders, settings, branches: branches)
        }
    }

    @Test func twice() throws {
        let first = try make([order])
        #expect(try make([order])[0].identity == first[0].identity)
    }

    @Test func aloneOrInABatchInAnyOrder() throws {
        let alone = try make([order])[0].identity
        let first = try make([order] + others).map(\.identity)
        let last = try make(others.reversed() + [order]).map(\.identity)
        #expect(first[0] == alone && last[2] == alone)
        #expect(first[1] == last[1] && first[2] == last[0])
        #expect(Set(first).count == 3)
    }

    @Test(arguments: [2, 3, 5]) func onAnyNumberOfThreads(_ threads: Int) throws {
        #expect(
            try make([order] + others, threads: threads).map(\.identity)
                == make([order] + others).map(\.identity))
    }

    @Test func withBranchesInOneBatchOrOneAfterTheOther() throws {
        let together = try make([order], branches: .batched) { $0.negativePrompt = "white" }
        let apart = try make([order], branches: .sequential) { $0.negativePrompt = "white" }
        #expect(together[0].identity == apart[0].identity)
    }

    @Test(arguments: ["euler", "unipc", "unipc-3-bh1", "dpm++", "dpm++-3"])
    func withEverySolver(_ name: String) throws {
        let solver = try #require(SolverChoice(text: name))
        func run() throws -> String {
            try make([order]) { ($0.solver, $0.steps) = (solver, 4) }[0].identity
        }
        #expect(try run() == run())
    }

    /// What a person sees is the same too, byte for byte.
    @Test func mediaFilesHaveTheSameBytes() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("model"))
        let generator = try Generator(ModelFolder(path: folder.file("model")), precision: .float32)
        var contents: [[Data]] = []
        for name in ["a", "b"] {
            let candidate = try generator.candidates([order], generator.usual)[0]
            let provenance = Provenance(candidate, order, generator.usual, generator)
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
            let paths = try candidate.write(
                CandidateFile.allCases, to: folder.file(name), stem: "clip", provenance)
            contents.append(try paths.map { try Data(contentsOf: URL(filePath: $0)) })
        }
        #expect(contents[0] == contents[1])
        #expect(contents[0].count == 4 && contents[0].allSatisfy { $0.count > 1000 })
    }
}

/// What changes a candidate, and what does not.
@Suite struct SettingsTests {
    private func generator(_ folder: String) throws -> Generator {
        try ToyModel.write(folder)
        return try Generator(ModelFolder(path: folder), precision: .float32)
    }

    private func make(
        _ generator: Generator, seed: UInt64 = 7,
        _ change: (inout SamplerSettings) -> Void = { _ in }
    ) throws -> Candidate {
        var settings = generator.usual
        change(&settings.sampler)
        return try generator.candidates(
            [.init(text: ToyModel.prompt, seed: seed)], settings)[0]
    }

    @Test func everySettingCounts() throws {
        let folder = try TemporaryFolder()
        let generator = try generator(folder.path)
        var identities = [try make(generator).identity, try make(generator, seed: 8).identity]
        let changes: [(inout SamplerSettings) -> Void] = [
            { $0.steps = 4 }, { $0.shift = .fixed(3) }, { $0.solver = .unipc(order: 2, .bh2) },
            { $0.videoGuidance.scale = 4 }, { $0.audioGuidance.scale = 4 },
            { $0.videoGuidance.interval = 0.5...1 }, { $0.negativePrompt = "purple" },
            { $0.spacing = .diffusersEuler },
        ]
        for change in changes { identities.append(try make(generator, change).identity) }
        #expect(Set(identities).count == identities.count)
    }

    /// Guidance of one modality reaches the other only through the steps that follow.
    @Test func guidanceOfOneModalityLeavesTheOthersFirstStep() throws {
        let folder = try TemporaryFolder()
        let generator = try generator(folder.path)
        let plain = try make(generator) { $0.steps = 1 }
        let louder = try make(generator) {
            $0.steps = 1
            $0.audioGuidance.scale = 9
        }
        #expect(plain.video.floatArray() == louder.video.floatArray())
        #expect(plain.audio.floatArray() != louder.audio.floatArray())
    }

    /// Outside its interval, guidance is as good as none.
    @Test func guidanceOutsideItsIntervalIsNone() throws {
        let folder = try TemporaryFolder()
        let generator = try generator(folder.path)
        let none = try make(generator) {
            ($0.videoGuidance, $0.audioGuidance) = (.init(scale: 1), .init(scale: 1))
        }
        let outside = try make(generator) {
            $0.videoGuidance = .init(scale: 7, interval: 0...0)
            $0.audioGuidance = .init(scale: 7, interval: 0...0)
        }
        #expect(none.identity == outside.identity)
    }

    @Test func progressRisesAndEndsTheWorkWhenItThrows() throws {
        struct Enough: Error {}
        let folder = try TemporaryFolder()
        let generator = try generator(folder.path)
        var told: [Double] = []
        _ = try generator.candidates([.init(text: "a circle", seed: 1)], generator.usual) {
            share, _ in told.append(share)
        }
        #expect(told == [0, 0.25, 0.5, 0.75])
        #expect(throws: Enough.self) {
            try generator.candidates([.init(text: "a circle", seed: 1)], generator.usual) {
                _, _ in throw Enough()
            }
        }
    }

    @Test func otherSizesAreRefusedWherePositionsWereLearned() throws {
        let folder = try TemporaryFolder()
        let generator = try generator(folder.path)
        var settings = generator.usual
        settings.clip.height = 64
        #expect(throws: ModelError.self) {
            try generator.candidates([.init(text: "a circle", seed: 1)], settings)
        }
    }

    /// Nothing in the code knows the toy world's sizes.
    @Test func aModelOfOtherSizesWorksAsWell() throws {
        let folder = try TemporaryFolder()
        let clip = ClipShape(
            frames: 6, height: 24, width: 40, rate: try ToyModel.rate("30000/1001"))
        var description = try ToyModel.description(width: 60, heads: 6, layers: 1, clip: clip)
        description.network.learnedPositions = nil
        try ToyModel.write(folder.path, description)
        let generator = try Generator(ModelFolder(path: folder.path), precision: .float32)
        var settings = generator.usual
        (settings.clip.frames, settings.clip.height) = (8, 16)
        let made = try generator.candidates([.init(text: "a circle", seed: 1)], settings)[0]
        #expect(made.pictures.count == 8 && made.pictures.size.height == 16)
        #expect(made.sound.count == settings.clip.samples(at: 16000))
    }
}
