/// How a stored picture is turned before it is shown: one of the eight ways of laying it down.
struct Orientation: Equatable, Sendable {
    /// Where a step to the right and a step down in the stored picture lead when shown.
    var right: (x: Int, y: Int) = (1, 0)
    var down: (x: Int, y: Int) = (0, 1)

    static let upright = Orientation()

    init() {}

    /// Reads a display matrix (MP4's, 16.16 fixed point, [a b u; c d v; x y w]).
    ///
    /// Returns nil for a matrix that turns by anything but quarters.
    init?(displayMatrix matrix: [Int32]) {
        guard matrix.count == 9 else { return nil }
        let parts = [matrix[0], matrix[1], matrix[3], matrix[4]].map { sign($0) }
        (right, down) = ((parts[0], parts[1]), (parts[2], parts[3]))
        let isTurned = right.x == 0 && down.y == 0 && right.y != 0 && down.x != 0
        let isStraight = right.y == 0 && down.x == 0 && right.x != 0 && down.y != 0
        guard isTurned || isStraight else { return nil }
    }

    /// Whether width and height change places.
    var isTurned: Bool { right.x == 0 }

    /// Whether the shown picture is a mirror image.
    var isMirrored: Bool { right.x * down.y - right.y * down.x < 0 }

    /// How far the picture is turned clockwise, in degrees, after any mirroring of its columns.
    var degrees: Int {
        switch (isMirrored ? -right.x : right.x, isMirrored ? -right.y : right.y) {
        case (1, _): 0
        case (_, 1): 90
        case (-1, _): 180
        default: 270
        }
    }

    static func == (a: Orientation, b: Orientation) -> Bool {
        a.right == b.right && a.down == b.down
    }
}

/// 1, 0 or −1; values below a hundredth (in 16.16 fixed point) count as 0.
private func sign(_ value: Int32) -> Int { value > 655 ? 1 : value < -655 ? -1 : 0 }

extension Picture {
    /// Returns the picture as it is to be shown.
    func turned(_ orientation: Orientation) -> Picture {
        if orientation == .upright { return self }
        let target =
            orientation.isTurned ? PictureSize(width: size.height, height: size.width) : size
        let (right, down) = (orientation.right, orientation.down)
        // The corner where the stored picture's first pixel comes to lie.
        let startX = right.x < 0 || down.x < 0 ? target.width - 1 : 0
        let startY = right.y < 0 || down.y < 0 ? target.height - 1 : 0
        var out = [UInt8](repeating: 0, count: bytes.count)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let toX = startX + x * right.x + y * down.x
                let toY = startY + x * right.y + y * down.y
                let (from, to) = ((y * size.width + x) * 3, (toY * target.width + toX) * 3)
                out[to] = bytes[from]
                out[to + 1] = bytes[from + 1]
                out[to + 2] = bytes[from + 2]
            }
        }
        return Picture(size: target, bytes: out)
    }
}
