import Golden
import Samplers
import Tensors
import Testing

struct NoiseTests {
    @Test func philoxGivesTheKnownAnswers() throws {
        let golden = try GoldenFile("12_philox").json
        let stream = try golden["stream"]
        var vectors = try golden["random123_kat"].array + golden["vectors"].array
        vectors += try stream["blocks"].array.map { block in
            .object(try block.members.merging(["key": stream["key"]]) { $1 })
        }
        for vector in vectors {
            let counter = try words(vector["counter"])
            let key = try words(vector["key"])
            let output = Philox.block(
                counter: SIMD4(counter), key: SIMD2(key),
                rounds: (try? vector["rounds"].integer) ?? 10)
            #expect(output == SIMD4(try words(vector["output"])))
        }
    }

    @Test func normalsAreThoseOfBoxAndMuller() throws {
        let golden = try GoldenFile("12_box_muller")
        let pairs = try golden["input.pairs"].intArray()
        let expected = try golden["output.normals"].doubleArray()
        let atol = try golden.json["tolerance"]["atol"].number
        for i in 0..<pairs.count / 2 {
            let pair = NoiseStream.normalPair(UInt32(pairs[2 * i]), UInt32(pairs[2 * i + 1]))
            #expect(abs(pair.0 - expected[2 * i]) <= atol)
            #expect(abs(pair.1 - expected[2 * i + 1]) <= atol)
        }
    }

    @Test func aStreamIsItsBlocksInOrder() throws {
        let golden = try GoldenFile("12_box_muller")
        let config = try golden.json["config"]
        let seed = try #require(UInt64(try config["stream_seed"].string))
        let stream = NoiseStream(seed: seed, stream: UInt32(try config["stream_id"].integer))
        let expected = try golden["output.stream"].doubleArray()
        let atol = try golden.json["tolerance"]["atol"].number
        for (got, wanted) in zip(stream.normals(expected.count), expected) {
            #expect(abs(got - wanted) <= atol)
        }
        let rounded = stream.tensor([expected.count])
        #expect(
            try golden.difference(rounded, "output.stream_f32", absolute: "f32_atol") == nil)
    }

    @Test func aLongerStreamBeginsWithTheShorter() {
        let stream = NoiseStream(seed: 7, prompt: "p", ordinal: 0, modality: .audio)
        #expect(stream.normals(11) == Array(stream.normals(1000).prefix(11)))
    }

    @Test func everyPartOfTheIdentityChangesTheStream() {
        var seen: Set<[Double]> = []
        var count = 0
        for seed in [0, 1, 1 << 40] as [UInt64] {
            for prompt in ["", "a", "b", "a\0", "sixteen bytes ab", "sixteen bytes abc", "é"] {
                for ordinal in [0, 1, 1 << 33] {
                    for modality in Modality.allCases {
                        let stream = NoiseStream(
                            seed: seed, prompt: prompt, ordinal: ordinal, modality: modality)
                        seen.insert(stream.normals(4))
                        count += 1
                    }
                }
            }
        }
        #expect(seen.count == count)
    }

    @Test func normalsHaveMeanZeroAndVarianceOne() {
        let numbers = NoiseStream(seed: 1, prompt: "p", ordinal: 3, modality: .video)
            .normals(100_000)
        let mean = numbers.reduce(0, +) / 100_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 100_000
        #expect(abs(mean) < 0.01)
        #expect(abs(variance - 1) < 0.015)
    }

    private func words(_ value: GoldenValue) throws -> [UInt32] {
        try value.string.split(separator: " ").map { try #require(UInt32($0, radix: 16)) }
    }
}
