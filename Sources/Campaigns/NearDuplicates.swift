/// Finds, for each text in turn, an earlier one that shares most of its shingles.
///
/// MinHash signatures in bands propose candidates, the shingles themselves decide: what is found is
/// at least as similar as asked, and at most one in ten thousand pairs at the threshold is missed.
/// In each band a text is compared with the 16 latest of its bucket, so that a file of texts made
/// from one pattern takes linear time; there a similar pair may go unnoticed.
struct NearDuplicates {
    /// An earlier text and how similar it is.
    struct Match: Equatable {
        var index: Int
        /// The shingles in common over all shingles of both.
        var similarity: Double
    }

    private static let hashLimit = 128
    private static let bucketLimit = 16
    private static let missLimit = 1e-4

    private let threshold: Double
    private let rows: Int
    private let seeds: [UInt64]
    private var kept: [[UInt64]] = []
    private var indices: [Int] = []
    /// For each kept text, the latest one that it was compared with.
    private var lastSeen: [Int] = []
    /// For each band, the latest kept text of a bucket.
    private var latest: [[UInt64: Int]]
    /// For each band and kept text, the one before it in its bucket; -1 for none.
    private var before: [[Int]]

    init(threshold: Double) {
        self.threshold = threshold
        let plan = Self.bands(for: threshold)
        rows = plan.rows
        seeds = (0..<plan.bands * plan.rows).map { mixed(UInt64($0) &* 0x2545_F491_4F6C_DD1D) }
        latest = Array(repeating: [:], count: plan.bands)
        before = Array(repeating: [], count: plan.bands)
    }

    /// Returns the most similar earlier text; keeps the text for later ones when there is none.
    mutating func match(_ shingles: [UInt64], index: Int) -> Match? {
        let keys = bandKeys(shingles)
        var best: Match?
        for band in keys.indices {
            var place = latest[band][keys[band]] ?? -1
            var steps = 0
            while place >= 0, steps < Self.bucketLimit {
                if lastSeen[place] != index {
                    lastSeen[place] = index
                    let similarity = Self.similarity(kept[place], shingles)
                    let isBetter =
                        best.map {
                            (similarity, -indices[place]) > ($0.similarity, -$0.index)
                        } ?? true
                    if similarity >= threshold, isBetter {
                        best = Match(index: indices[place], similarity: similarity)
                    }
                }
                place = before[band][place]
                steps += 1
            }
        }
        if best == nil {
            for band in keys.indices {
                before[band].append(latest[band][keys[band]] ?? -1)
                latest[band][keys[band]] = kept.count
            }
            kept.append(shingles)
            indices.append(index)
            lastSeen.append(index)
        }
        return best
    }

    /// Returns the share of common numbers of two sorted lists without repetitions.
    static func similarity(_ left: [UInt64], _ right: [UInt64]) -> Double {
        var (i, j, common) = (0, 0, 0)
        while i < left.count, j < right.count {
            if left[i] == right[j] {
                common += 1
                i += 1
                j += 1
            } else if left[i] < right[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return Double(common) / Double(left.count + right.count - common)
    }

    /// The longest bands that still miss hardly any pair at the threshold, and how many of them.
    private static func bands(for threshold: Double) -> (bands: Int, rows: Int) {
        for rows in stride(from: 16, through: 1, by: -1) {
            let agreeing = (0..<rows).reduce(1.0) { product, _ in product * threshold }
            var (bands, missed) = (1, 1 - agreeing)
            while missed > missLimit, bands * rows <= hashLimit {
                bands += 1
                missed *= 1 - agreeing
            }
            if bands * rows <= hashLimit { return (bands, rows) }
        }
        return (hashLimit, 1)
    }

    private func bandKeys(_ shingles: [UInt64]) -> [UInt64] {
        var keys = Array(repeating: UInt64(0), count: latest.count)
        for band in keys.indices {
            var key: UInt64 = 0
            for seed in seeds[(band * rows)..<((band + 1) * rows)] {
                var least = UInt64.max
                for shingle in shingles { least = min(least, mixed(shingle ^ seed)) }
                key = mixed(key ^ least)
            }
            keys[band] = key
        }
        return keys
    }
}
