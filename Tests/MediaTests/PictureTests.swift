import Golden
import Testing
import Tensors

@testable import Media

@Test func resizedPicturesArePillowsToTheByte() throws {
    let golden = try GoldenFile("media_resize", in: ownNumbers)
    let shape = try golden["input.picture"].shape
    let picture = Picture(
        size: PictureSize(width: shape[1], height: shape[0]),
        bytes: try golden["input.picture"].byteArray())
    let cases = try golden.json["config"]["cases"].array
    for (index, entry) in cases.enumerated() {
        let size = try entry["size"].array.map { try $0.integer }
        let box = try entry["box"].array.map { try $0.number }
        let got = picture.resized(
            to: PictureSize(width: size[0], height: size[1]),
            from: PictureBox(left: box[0], top: box[1], right: box[2], bottom: box[3]))
        #expect(got.bytes == (try golden["output.\(index)"].byteArray()), "case \(index)")
    }
}

@Test func aPictureCoversFitsInsideOrIsStretched() {
    let size = PictureSize(width: 40, height: 20)
    let wide = testPicture(size)
    let target = PictureSize(width: 20, height: 20)
    let covered = wide.fitted(to: target, pixelAspect: 1, .cover)
    #expect(
        covered
            == wide.resized(
                to: target, from: PictureBox(left: 10, top: 0, right: 30, bottom: 20)))
    let inside = wide.fitted(to: target, pixelAspect: 1, .contain)
    #expect(inside.bytes.prefix(20 * 5 * 3).allSatisfy { $0 == 0 })
    #expect(inside.bytes[20 * 6 * 3..<20 * 7 * 3].contains { $0 > 200 })
    // With pixels half as wide the picture is square, so nothing is cut off.
    #expect(
        wide.fitted(to: target, pixelAspect: 0.5, .cover)
            == wide.fitted(to: target, pixelAspect: 1, .stretch))
}

@Test func aTurnedPictureHasItsCornerWhereThePlayerWouldShowIt() {
    // One column of three pixels: 1 above 2 above 3.
    let column = Picture(
        size: PictureSize(width: 1, height: 3), bytes: [1, 0, 0, 2, 0, 0, 3, 0, 0])
    func reds(_ matrix: [Int32]) -> [UInt8] {
        guard let orientation = Orientation(displayMatrix: matrix) else { return [] }
        let turned = column.turned(orientation)
        return stride(from: 0, to: turned.bytes.count, by: 3).map { turned.bytes[$0] }
    }
    let one: Int32 = 1 << 16
    #expect(reds([one, 0, 0, 0, one, 0, 0, 0, 1 << 30]) == [1, 2, 3])
    #expect(reds([-one, 0, 0, 0, -one, 0, 0, 0, 1 << 30]) == [3, 2, 1])
    // A quarter clockwise: the top comes to the right.
    #expect(reds([0, one, 0, -one, 0, 0, 0, 0, 1 << 30]) == [3, 2, 1])
    #expect(reds([0, -one, 0, one, 0, 0, 0, 0, 1 << 30]) == [1, 2, 3])
    #expect(reds([50000, 40000, 0, -40000, 50000, 0, 0, 0, 1 << 30]) == [])
    #expect(Orientation(displayMatrix: [0, one, 0, -one, 0, 0, 0, 0, 1 << 30])?.degrees == 90)
    #expect(Orientation(displayMatrix: [one, 0, 0, 0, -one, 0, 0, 0, 1 << 30])?.isMirrored == true)
}
