import Campaigns
import Foundation
import Testing
import Wire

@testable import Rounds

private func pair(
    _ prompt: Int, margin: Double = 1,
    files: [(role: String, ending: String)] = [
        ("joint", "mkv"), ("latents", "safetensors"),
    ]
) -> Answers.ExportPair {
    func clip(_ ordinal: Int) -> Answers.ExportPair.Clip {
        let hash = String(repeating: "\(ordinal + 2)", count: 64)
        return .init(
            id: Int64(prompt), ordinal: ordinal, seed: nil, engine: "e", adapter: nil,
            media: files.map { role, ending in
                .init(
                    role: role, path: "/a/\(hash.prefix(2))/\(hash).\(ending)", sha256: hash)
            }, scores: [], normalised: [], totals: [])
    }
    return .init(
        id: Int64(prompt), prompt: "p\(prompt)", text: "prompt \(prompt)", place: 1,
        margin: margin, margins: [margin, -margin], weight: 2, isTie: false, winner: clip(-1),
        loser: clip(1))
}

private func frozen(
    _ pairs: [Answers.ExportPair], _ change: (inout Round) -> Void = { _ in }
) throws -> FrozenPairs {
    var round = Round(name: "r", data: .init(campaign: "c"))
    change(&round)
    var frozen = FrozenPairs(round, modalities: ["audio", "video"])
    for pair in pairs { try frozen.add(pair) }
    return frozen
}

private func fields(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
}

@Test func aLineNamesFilesRelativeToItself() throws {
    let frozen = try frozen([pair(1)]) { $0.data.heldOut = 0 }
    let line = try fields(frozen.train[0])
    #expect(line["pair_id"] as? String == "p1/-1-1")
    #expect(line["prompt"] as? String == "prompt 1")
    #expect((line["chosen"] as? String)?.hasPrefix("../11/1111") == true)
    #expect((line["chosen"] as? String)?.hasSuffix(".safetensors") == true)
    #expect((line["rejected"] as? String)?.hasPrefix("../33/3333") == true)
    #expect(line["weight"] as? Double == 2)
    #expect((line["chosen_media"] as? [Any])?.count == 2)
    #expect(frozen.groundTruthWinners == 1)
}

/// What engines elsewhere write: one film with its sound, or a film and a sound.
@Test(arguments: [
    ([("joint", "mp4"), ("audio", "wav")], ".mp4", nil),
    ([("audio", "wav"), ("video", "mp4")], ".mp4", ".wav"),
])
func soundInAFileOfItsOwnIsLearnedFrom(
    files: [(String, String)], film: String, sound: String?
) throws {
    let frozen = try frozen([pair(1, files: files)]) { $0.data.heldOut = 0 }
    let line = try fields(frozen.train[0])
    for side in ["chosen", "rejected", "reference"] {
        let name = side == "reference" ? "reference_video" : side
        #expect((line[name] as? String)?.hasSuffix(film) == true)
        let heard = line["\(side)_audio"] as? String
        #expect(heard?.suffix(4) == sound?.suffix(4))
    }
}

@Test func theHeldOutShareIsDecidedByThePromptAlone() throws {
    let pairs = (0..<1000).map { pair($0) }
    let one = try frozen(pairs)
    let other = try frozen(pairs.reversed())
    #expect((70...130).contains(one.heldOut.count))
    #expect(one.train.count + one.heldOut.count == 1000)
    #expect(Set(one.heldOut) == Set(other.heldOut))
    #expect(try frozen(pairs) { $0.data.heldOut = 0 }.heldOut.isEmpty)
    // Winners alone are nothing to measure a preference on.
    #expect(try frozen(pairs) { $0.objective = .sft }.heldOut.isEmpty)
}

@Test func shuffledLabelsTurnAboutHalfOfThePairsRound() throws {
    let pairs = (0..<1000).map { pair($0) }
    let shuffled = try frozen(pairs) {
        $0.data.labels = .shuffled
        $0.data.heldOut = 0
    }
    let winners = try shuffled.train.filter { try fields($0)["chosen_ordinal"] as? Int == -1 }
    #expect((430...570).contains(winners.count))
    #expect(shuffled.groundTruthWinners == winners.count)
}

@Test(arguments: [
    ("margin.total >= 5", 5), ("margin.audio > 8", 1), ("margin.video > -3", 3),
    ("weight = 2", 10), ("sharpness > 0", 0),
])
func aConditionChoosesPairs(text: String, count: Int) throws {
    let pairs = (0..<10).map { pair($0, margin: Double($0)) }
    let frozen = try frozen(pairs) {
        $0.data.only = Condition(text)
        $0.data.heldOut = 0
    }
    #expect(frozen.train.count == count)
}
