import Simulation
import Testing

/// Runs seeds with the fault until its oracle has seen it.
private func isCaught(_ fault: Fault, within seeds: Int) -> Bool {
    (1...UInt64(seeds)).contains { seed in
        simulate(seed: seed, planting: fault).breach?.oracle == fault.oracle
    }
}

@Test(arguments: Fault.allCases)
func aPlantedFaultIsSeenByItsOracle(fault: Fault) {
    #expect(isCaught(fault, within: 400), "no seed shows \(fault) to the oracle \(fault.oracle)")
}

@Test func everyOracleIsProvedByAFault() {
    #expect(Set(Fault.allCases.map(\.oracle)) == Set(Oracle.allCases))
}
