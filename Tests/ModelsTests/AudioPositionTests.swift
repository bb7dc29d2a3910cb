import Golden
import Layers
import Models
import Tensors
import Testing

struct AudioPositionTests {
    @Test func tablesAreTheReferences() throws {
        let golden = try GoldenFile("04_position_ids")
        let interpolated = try golden.json["tolerance"]["interpolate_atol"].number
        for (i, config) in try golden.json["configs"].array.enumerated() {
            let size = try ["Tv", "H", "W", "Ta", "M"].map { try config[$0].integer }
            for name in golden.names(from: "output.cfg\(i).", to: "") {
                let kind = String(name.dropFirst("output.cfg\(i).".count))
                let table =
                    kind == "video"
                    ? RotaryPositions.video(size[0], size[1], size[2])
                    : try AudioPositions(golden: kind).table(
                        video: (size[0], size[1], size[2]), audio: (size[3], size[4]))
                let atol = kind == "interpolate" ? interpolated : 0
                #expect(difference(tensor(table), try golden[name], atol: atol) == nil, "\(name)")
            }
        }
    }

    @Test func thePapersFigureRoundsDown() throws {
        let golden = try GoldenFile("04_position_ids")
        let table = AudioPositions.interleaveOffset(.floor).table(
            video: (3, 3, 4), audio: (6, 2))
        let expected = try golden["output.figA5.interleave_offset"]
        #expect(difference(tensor(table), expected, atol: 0) == nil)
    }

    @Test func releasedCodeFindsTheseFrames() {
        let table = AudioPositions.interleaveOffset(.torchLinspace).table(
            video: (17, 15, 27), audio: (52, 8))
        let frames = stride(from: 0, to: table.count, by: 8).map { Int(table[$0][0]) }
        #expect(frames.prefix(20) == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6])
        #expect(frames.suffix(7) == [15, 15, 15, 16, 16, 16, 16])
        #expect(table[8 * 3 + 2] == SIMD3(1, 18, 29))
    }

    @Test func itsRoundingIsOneTooHighInRareSizes() {
        func frames(_ alignment: AudioPositions.Alignment) -> [Double] {
            AudioPositions.interleave(alignment).table(video: (7, 1, 1), audio: (95, 1)).map(\.x)
        }
        #expect(frames(.torchLinspace) != frames(.ceilLinspace))
    }

    private func tensor(_ table: [SIMD3<Double>]) -> Tensor {
        Tensor(doubles: table.flatMap { [$0.x, $0.y, $0.z] }, shape: [table.count, 3])
    }
}
