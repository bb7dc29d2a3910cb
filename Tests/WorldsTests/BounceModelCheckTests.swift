import Foundation
import Generation
import TemporaryFolders
import Tensors
import Testing
import ToyModels

@testable import Worlds

struct BounceModelCheckTests {
    @Test func aMeanHasTheIntervalOfItsStandardError() {
        // Of 1, 2, 3 and 6 the sample's variance is 14/3.
        let mean = BounceModelCheck.Mean([1, 2, 3, 6])
        #expect(mean.value == 3)
        #expect(abs(mean.interval - 1.96 * (14.0 / 3 / 4).squareRoot()) < 1e-12)
    }

    @Test func aModelOfNoiseIsFarFromGroundTruth() throws {
        let folder = try TemporaryFolder()
        try ToyModel.write(folder.path)
        let generator = try Generator(ModelFolder(path: folder.path), precision: .float32)
        var told: [Int] = []
        let check = try BounceModelCheck(
            BounceSplit.evaluation.prompts.prefix(3), generator, seed: 7, batch: 2
        ) { done, _ in told.append(done) }
        #expect(told == [2, 3])
        let findings = check.findings(nil)
        #expect(findings.count == 8)
        for name in ["text_video", "text_audio"] {
            let finding = try #require(findings.first { $0.metric == name })
            #expect(finding.truth.value > 0.9 && finding.count == 3)
            #expect(finding.made.value < finding.truth.value - 0.2)
        }
    }
}
