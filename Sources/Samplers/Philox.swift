/// Philox4x32: a counter and a key in, four random words out, with no state in between.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
public enum Philox {
    /// Returns the block of a counter under a key; word 0 comes first.
    public static func block(
        counter: SIMD4<UInt32>, key: SIMD2<UInt32>, rounds: Int = 10
    ) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for round in 0..<rounds {
            if round > 0 { k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85) }
            let first = UInt64(c[0]) * 0xd251_1f53
            let second = UInt64(c[2]) * 0xcd9e_8d57
            c = SIMD4(
                UInt32(truncatingIfNeeded: second >> 32) ^ c[1] ^ k[0],
                UInt32(truncatingIfNeeded: second),
                UInt32(truncatingIfNeeded: first >> 32) ^ c[3] ^ k[1],
                UInt32(truncatingIfNeeded: first))
        }
        return c
    }
}
