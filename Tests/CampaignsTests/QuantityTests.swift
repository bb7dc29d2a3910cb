import Testing

@testable import Campaigns

@Test(arguments: [
    ("500ms", 500), ("90s", 90_000), ("15m", 900_000), ("2h", 7_200_000), ("1d", 86_400_000),
    ("1.5h", 5_400_000), ("0s", 0), ("0.001s", 1), ("2 h", 7_200_000),
])
func durationsAreReadAsMilliseconds(text: String, milliseconds: Int64) {
    #expect(Quantity.milliseconds(text) == milliseconds)
}

@Test(arguments: ["", "s", "5", "-5s", "5 minutes", "1e3s", "0.5ms", "1..5s", "99999999999d", "5S"])
func whatIsNoDurationIsRefused(text: String) {
    #expect(Quantity.milliseconds(text) == nil)
}

@Test(arguments: [
    ("500MB", 500_000_000), ("2GiB", 2_147_483_648), ("1TiB", 1_099_511_627_776), ("0B", 0),
    ("1.5KiB", 1536), ("3kB", 3000),
])
func sizesAreReadAsBytes(text: String, bytes: Int64) {
    #expect(Quantity.bytes(text) == bytes)
}

@Test(arguments: ["", "5", "5G", "5gb", "-1MB", "0.3B", "9000000TiB"])
func whatIsNoSizeIsRefused(text: String) {
    #expect(Quantity.bytes(text) == nil)
}
