import Foundation
import Generation
import TemporaryFolders
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
        #expect(findings.map(\.metric).contains("text_video") && findings.count == 8)
        let motion = try #require(findings.first { $0.metric == "motion_quality" })
        #expect(motion.truth.value > 0.95 && motion.made.value < 0.5 && motion.count == 3)
    }
}
