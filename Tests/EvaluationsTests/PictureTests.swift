import Evaluations
import Foundation
import FoundationXML
import Testing

private func compared() throws -> PolicyComparison {
    var comparison = try EvaluationsFixture.whole.get().compared()
    comparison.after = "a < b & c"
    return comparison
}

@Test func picturesAreWholeXMLWithEveryName() throws {
    let comparison = try compared()
    for picture in [GainPicture(comparison).svg(), RadarPicture([comparison]).svg()] {
        let reader = XMLParser(data: Data(picture.utf8))
        #expect(reader.parse())
        #expect(picture.contains("a &lt; b &amp; c"))
        #expect(comparison.dimensions.allSatisfy { picture.contains(">\($0.dimension.name)<") })
    }
}

@Test func gainsAreDrawnWhereTheyLie() throws {
    let picture = GainPicture(try compared()).svg()
    #expect(picture.contains("+0.51  (+0.32 … +0.69)"))
    // The judge's own dimensions and modalities are not mixed with what pairs are chosen by.
    for name in ["audio_video", "total", "judge"] { #expect(picture.contains(">\(name)<")) }
}

@Test func aRadarShowsEveryPolicy() throws {
    let one = try compared()
    var other = one
    other.after = "round 2"
    let picture = RadarPicture([one, other]).svg()
    #expect(picture.contains(">round 2<") && picture.contains("#dd6b20"))
    // Audio quality is better beyond chance, text–audio is not: a full dot and a hollow one.
    #expect(picture.contains("fill=\"#2b6cb0\"/>"))
    #expect(picture.contains("stroke=\"#2b6cb0\" stroke-width=\"1.5\" fill=\"white\"/>"))
}

@Test func picturesOfNothingAreStillPictures() throws {
    let empty = try comparePolicies(
        before: "a", after: "b", dimensions: [.init(name: "x", modality: "audio")], prompts: [])
    #expect(GainPicture(empty).svg().contains("not measured"))
    #expect(XMLParser(data: Data(RadarPicture([]).svg().utf8)).parse())
    #expect(XMLParser(data: Data(RadarPicture([empty]).svg().utf8)).parse())
}
