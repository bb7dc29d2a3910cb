import Foundation
import Generation
import Models
import TemporaryFolders
import Tensors
import Testing
import ToyModels

/// What an adapter over a model does to its candidates.
@Suite struct AdapterFileTests {
    let order = Generator.Order(text: ToyModel.prompt, seed: 7)

    /// Makes a candidate of a model that is loaded anew.
    private func make(
        _ model: String, _ adapter: String? = nil, precision: Precision = .float32,
        orders: [Generator.Order]? = nil, threads: Int = 1
    ) throws -> (candidate: Candidate, provenance: Provenance) {
        let over = try adapter.map { path throws in try AdapterFile(path: path) }
        let generator = try Generator(
            ModelFolder(path: model), precision: precision, adapter: over)
        var settings = generator.usual
        settings.sampler.precision = precision
        let candidate = try Team.with(threads: threads) {
            try generator.candidates(orders ?? [order], settings)[0]
        }
        return (candidate, Provenance(candidate, order, settings, generator))
    }

    private func write(
        _ folder: borrowing TemporaryFolder, _ form: AdapterForm = .comfyui, size: Float = 1,
        maps: [String]? = nil
    ) throws -> String {
        let adapter = try ToyModel.adapter(ToyModel.description(), maps: maps, size: size)
        return try adapter.write(form, to: folder.file("adapter"))
    }

    @Test(arguments: [Precision.float32, .bfloat16])
    func anAdapterOfZerosChangesNoBit(_ precision: Precision) throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("model"))
        let path = try write(folder, size: 0)
        let plain = try make(folder.file("model"), precision: precision).candidate
        let zero = try make(folder.file("model"), path, precision: precision).candidate
        #expect(zero.identity == plain.identity)
    }

    @Test func anAdapterChangesTheClipTheSameOnAnyThreadsAndInAnyBatch() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("model"))
        let path = try write(folder)
        let plain = try make(folder.file("model"))
        let tuned = try make(folder.file("model"), path)
        #expect(tuned.candidate.identity != plain.candidate.identity)
        #expect(plain.provenance.adapterHash == nil)
        #expect(try tuned.provenance.adapterHash == AdapterFile(path: path).hash)
        let orders = [order, .init(text: "a large blue square bounces once", seed: 1)]
        let beside = try make(folder.file("model"), path, orders: orders, threads: 3)
        #expect(beside.candidate.identity == tuned.candidate.identity)
    }

    /// Merging rounds the sums, so the last digits differ.
    @Test(arguments: AdapterForm.allCases)
    func aMergedModelMakesTheSameClip(_ form: AdapterForm) throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("model"))
        let path = try write(folder, form)
        let model = try ModelFolder(path: folder.file("model"))
        let codec = try model.codecWeights()
        try ModelFolder.write(
            model.description,
            transformer: Adapter(path: path).merged(into: model.transformerWeights()),
            codec: Dictionary(uniqueKeysWithValues: codec.names.map { ($0, codec[$0]) })
                .compactMapValues(\.self), vocabulary: model.vocabulary,
            to: folder.file("merged"))
        let over = try make(folder.file("model"), path).candidate
        let merged = try make(folder.file("merged")).candidate
        #expect(apart(over.video, merged.video) < 1e-4)
        #expect(apart(over.audio, merged.audio) < 1e-4)
    }

    private func apart(_ a: Tensor, _ b: Tensor) -> Double {
        ((a - b).squareSum() / b.squareSum()).squareRoot()
    }

    @Test func anotherFileThanTheOneAskedForIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try write(folder)
        let hash = try AdapterFile(path: path).hash
        #expect(try AdapterFile(path: path, expecting: hash).hash == hash)
        let other = String(repeating: "0", count: 64)
        let error = #expect(throws: ModelError.self) {
            try AdapterFile(path: path, expecting: other)
        }
        let words = "has the SHA-256 \(hash.prefix(12))… and not 000000000000…"
        #expect(error?.description.contains(words) == true)
    }

    @Test func anAdapterOfAnotherModelIsRefusedWithTheMapsThatDoNotFit() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.file("model"), ToyModel.description(width: 24))
        let path = try write(folder)
        let error = #expect(throws: ModelError.self) { try make(folder.file("model"), path) }
        #expect(error?.kind == .unsuited)
        let words =
            "does not fit the model toy: blocks.0.self_attn.q: its update is [48, 48] and the "
            + "model's weight [24, 24] (and 2 more)"
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
