import Simulation
import Testing

/// Seeds that once broke a promise stay here for ever.
private let regressions: [UInt64] = [
    81, 423, 428, 660, 966, 1702, 1715, 2423, 2546, 2705, 2846, 2915, 3661, 4031,
    5917, 14029, 76_730, 88_835, 105_464, 109_861, 124_140,
]

@Test(arguments: Array(UInt64(1)...150) + regressions)
func everyPromiseIsKept(seed: UInt64) {
    let verdict = simulate(seed: seed)
    #expect(
        verdict.breach == nil,
        "replay: simulate --seed \(seed) --trace; \(String(describing: verdict.breach))")
}

@Test func theSameSeedIsTheSameRun() {
    for seed in [3, 7, 11] as [UInt64] {
        var (first, second) = ([String](), [String]())
        _ = simulate(seed: seed) { first.append($0) }
        _ = simulate(seed: seed) { second.append($0) }
        #expect(first == second)
        #expect(first.count > 100)
    }
}

@Test func manySeedsMeetEveryTrouble() {
    var counts = Counts()
    for seed in 1...40 as ClosedRange<UInt64> { counts.add(simulate(seed: seed).counts) }
    #expect(counts.coordinatorCrashes > 10)
    #expect(counts.takeovers > 40)
    #expect(counts.fenced > 0)
    #expect(counts.workerCrashes > 10)
    #expect(counts.lost > 100)
    #expect(counts.repeated > 100)
    #expect(counts.attempts > 1000)
    #expect(counts.batches > 100)
    #expect(counts.reopened > 50)
    #expect(counts.revived > 5)
}
