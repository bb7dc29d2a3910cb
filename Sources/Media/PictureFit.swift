/// How a picture of one shape fills a rectangle of another.
public enum PictureFit: String, Sendable, CaseIterable {
    /// Scaled until it covers all; what stands out is cut off, as much on either side.
    case cover
    /// Scaled until all of it is inside; the rest stays black.
    case contain
    /// Scaled in each direction by itself, so that its shape changes.
    case stretch
}

extension Picture {
    /// Returns the picture in another size; `pixelAspect` is a pixel's width over its height.
    func fitted(to target: PictureSize, pixelAspect: Double, _ fit: PictureFit) -> Picture {
        let (width, height) = (Double(size.width), Double(size.height))
        let shown = width * pixelAspect / height
        let wanted = Double(target.width) / Double(target.height)
        var box = PictureBox(all: size)
        switch fit {
        case .stretch: break
        case .cover where shown > wanted:
            let spare = width - height * wanted / pixelAspect
            (box.left, box.right) = (spare / 2, width - spare / 2)
        case .cover where shown < wanted:
            let spare = height - width * pixelAspect / wanted
            (box.top, box.bottom) = (spare / 2, height - spare / 2)
        case .cover: break
        case .contain:
            var inner = target
            if shown > wanted {
                inner.height = max(1, Int((Double(target.width) / shown).rounded()))
            } else {
                inner.width = max(1, Int((Double(target.height) * shown).rounded()))
            }
            var result = Picture(size: target, red: 0, green: 0, blue: 0)
            result.place(
                resized(to: inner, from: box), left: (target.width - inner.width) / 2,
                top: (target.height - inner.height) / 2)
            return result
        }
        return resized(to: target, from: box)
    }

    /// Copies another picture into this one; what lies outside is cut off.
    mutating func place(_ other: Picture, left: Int, top: Int) {
        let columns = max(0, -left)..<min(other.size.width, size.width - left)
        let rows = max(0, -top)..<min(other.size.height, size.height - top)
        guard columns.lowerBound < columns.upperBound else { return }
        for y in rows {
            let from = (y * other.size.width + columns.lowerBound) * 3
            let to = ((y + top) * size.width + columns.lowerBound + left) * 3
            let length = columns.count * 3
            bytes.replaceSubrange(to..<to + length, with: other.bytes[from..<from + length])
        }
    }
}
