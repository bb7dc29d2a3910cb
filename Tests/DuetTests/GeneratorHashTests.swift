import Foundation
import Testing
import Wire

@testable import duet

@Test(arguments: [
    ("duet 0.1.0 (bounce 0f3c88d1abcd)", "0f3c88d1abcd"), ("mine 2 (wan-1.3b rev 7)", "rev 7"),
    ("mine 2", nil), ("mine (beta)", nil), ("", nil),
])
func theVersionOfAModelIsReadFromItsEngine(label: String, version: String?) {
    #expect(modelVersion(ofEngine: label) == version)
}

@Test func aClipNamesItsAdapterByHash() {
    func clip(_ adapter: String?) -> Answers.ExportPair.Clip {
        .init(
            id: 1, ordinal: 0, seed: 1, engine: "e", adapter: adapter, media: [], scores: [],
            normalised: [], totals: [])
    }
    let hash = String(repeating: "ab", count: 32)
    #expect(clip("/adapters/a#1.safetensors#\(hash)").adapterHash == hash)
    #expect(clip(nil).adapterHash == nil)
}

@Test func aModelWithoutReadableLatentsIsKnownByItsVersion() {
    let source = PairPages.PairSource(
        campaign: "c", ranking: "", artifacts: nil, roles: nil, probes: false, license: "other")
    let hashes = GeneratorHashes(
        [
            .init(engine: "duet 1 (a 0f3c88d1abcd)", media: []),
            .init(
                engine: "mine 1 (b 7)",
                media: [.init(role: "latents", path: "/nowhere.safetensors", sha256: "00")]),
            .init(engine: "silent 1", media: []),
        ], in: source)
    #expect(hashes["duet 1 (a 0f3c88d1abcd)"] == "0f3c88d1abcd")
    #expect(hashes["silent 1"] == nil)
    #expect(hashes.text == "0f3c88d1abcd, 7")
}
