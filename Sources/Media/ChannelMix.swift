/// How the channels of a file become those that were asked for, as a matrix [to][from].
///
/// One channel is copied to two; two become one as their mean. More than two are first mixed to
/// two: left and right as they are, centre and surround at √½, the deep effects channel left out,
/// scaled so that full scale is not exceeded.
struct ChannelMix: Equatable {
    /// Where a channel's loudspeaker stands.
    enum Place { case left, right, centre, leftBehind, rightBehind, behind, deep }

    let rows: [[Float]]

    /// Creates the mix from a file's channels to `count` = 1 or 2; nil count keeps them.
    init(from places: [Place], to count: Int?) {
        let identity = places.indices.map { row in
            places.indices.map { Float($0 == row ? 1 : 0) }
        }
        guard let count, count != places.count else {
            rows = identity
            return
        }
        let stereo: [[Float]] =
            switch places.count {
            case 1: [[1], [1]]
            case 2: identity
            default: Self.stereo(places)
            }
        rows =
            count == 2
            ? stereo : [zip(stereo[0], stereo[1]).map { ($0 + $1) / 2 }]
    }

    private static func stereo(_ places: [Place]) -> [[Float]] {
        let share = Float(0.5).squareRoot()
        let left = places.map { place -> Float in
            switch place {
            case .left: 1
            case .centre, .leftBehind, .behind: share
            case .right, .rightBehind, .deep: 0
            }
        }
        let right = places.map { place -> Float in
            switch place {
            case .right: 1
            case .centre, .rightBehind, .behind: share
            case .left, .leftBehind, .deep: 0
            }
        }
        let scale = max(left.reduce(0, +), right.reduce(0, +), 1)
        return [left.map { $0 / scale }, right.map { $0 / scale }]
    }

    /// Returns samples [moments][to] of samples [moments][from].
    func apply(_ samples: [Float]) -> [Float] {
        let from = rows.first?.count ?? 1
        if rows.count == from { return samples }
        var result: [Float] = []
        result.reserveCapacity(samples.count / from * rows.count)
        for start in stride(from: 0, to: samples.count, by: from) {
            for row in rows {
                var sum: Float = 0
                for channel in 0..<from { sum += row[channel] * samples[start + channel] }
                result.append(sum)
            }
        }
        return result
    }
}
