import Samplers
import Tensors
import Testing

struct ScheduleTests {
    @Test func wansOwnTimestepsAreThePublishedOnes() {
        let five = Schedule(.wanUniPC, steps: 50, shift: 5).timesteps
        #expect(five.prefix(6) == [999, 995, 991, 987, 982, 978])
        #expect(five.suffix(4) == [302, 241, 172, 92])
        let eight = Schedule(.wanUniPC, steps: 50, shift: 8).timesteps
        #expect(eight.suffix(4) == [409, 337, 249, 140])
    }

    @Test func aLargerClipIsShiftedMore() {
        let ratio = Shift.javis(height: 240, width: 426, frames: 65)
        #expect(abs(ratio - 2.4187) < 1e-4)
        let schedule = Schedule(.fromOne, steps: 50, shift: ratio)
        let expected: [(Int, Float)] = [(0, 1000), (1, 991.63), (25, 707.49), (49, 47.04)]
        for (i, timestep) in expected {
            #expect(abs(schedule.timesteps[i] - timestep) < 0.01)
        }
        #expect(Shift.javis(height: 512, width: 512, frames: 1) == 1)
        #expect(abs(Shift.byTokens(4096) - 3.158193) < 1e-5)
    }

    @Test func trainingLevelsFollowTheNormalNumber() {
        #expect(LogitNormal().sigma(0) == 0.5)
        #expect(LogitNormal(shift: 3).sigma(0) == 0.75)
        #expect(abs(LogitNormal(mean: 1, deviation: 2).sigma(-0.5) - 0.5) < 1e-12)
    }

    @Test func guidanceIsLimitedToItsInterval() {
        let guidance = Guidance(scale: 4, interval: 0.2...0.8)
        #expect(!guidance.isActive(at: 0.9))
        #expect(guidance.isActive(at: 0.5))
        #expect(!Guidance(scale: 1).isActive(at: 0.5))
        let combined = guidance.combine(
            conditional: Tensor([2, 1]), unconditional: Tensor([1, 1]))
        #expect(combined.floatArray() == [5, 1])
    }
}
