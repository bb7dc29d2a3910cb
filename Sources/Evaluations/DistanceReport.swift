/// How far clips as a whole are from ground truth, as one embedder sees both.
///
/// Fréchet distances grow as sets shrink, so the numbers of clips belong to each of them.
public struct DistanceReport: Sendable, Equatable, Codable {
    /// The scorer whose network embedded the clips.
    public var embedder: String
    /// What the network is: its weights' SHA-256, or what its author calls them.
    public var version: String
    /// The clips.
    public var clips: ClipList
    /// Ground truth.
    public var references: ClipList
    /// How kernel distances were taken.
    public var kernel: KernelSettings
    /// Each modality that both sides have.
    public var modalities: [ModalityDistance]
}

extension DistanceReport {
    /// Measures every modality that both sides have.
    public init(
        embedder: String, version: String, clips: EmbeddedClips, references: EmbeddedClips,
        kernel: KernelSettings = KernelSettings()
    ) throws(EmbeddingsError) {
        self.init(
            embedder: embedder, version: version, clips: clips.list, references: references.list,
            kernel: kernel, modalities: [])
        for (name, seen) in clips.modalities.sorted(by: { $0.key < $1.key }) {
            guard let truth = references.modalities[name] else { continue }
            modalities.append(
                ModalityDistance(
                    name: name, width: seen.width, clips: seen.count, references: truth.count,
                    frechet: try frechetDistance(seen, truth),
                    kernel: try kernelDistance(
                        seen, truth, subsets: kernel.subsets, size: kernel.size,
                        seed: kernel.seed)))
        }
    }
}

/// The distances of one modality.
public struct ModalityDistance: Sendable, Equatable, Codable {
    /// `audio` or `video`.
    public var name: String
    /// How many numbers an embedding has.
    public var width: Int
    /// Clips that have this modality.
    public var clips: Int
    /// Clips of ground truth that have it.
    public var references: Int
    /// The Fréchet distance: FVD's and FAD's formula.
    public var frechet: Double
    /// The kernel distance: KVD's and KAD's formula.
    public var kernel: KernelDistance
}

/// A list of clips by what it says.
public struct ClipList: Sendable, Equatable, Codable {
    /// How many.
    public var count: Int
    /// The hash of the list, which names every file's hash.
    public var sha256: String

    /// Names a list.
    public init(count: Int, sha256: String) {
        (self.count, self.sha256) = (count, sha256)
    }
}

/// A list of clips and what a network saw in them.
public struct EmbeddedClips: Sendable {
    /// The clips.
    public var list: ClipList
    /// A row for each clip that has the modality.
    public var modalities: [String: Embeddings]

    /// Joins a list with the rows of its clips.
    public init(list: ClipList, modalities: [String: Embeddings]) {
        (self.list, self.modalities) = (list, modalities)
    }
}

/// How kernel distances are taken; the defaults are those of KID.
public struct KernelSettings: Sendable, Equatable, Codable {
    /// Random subsets, where a side has more than `size` clips.
    public var subsets = 100
    /// Clips in a subset.
    public var size = 1000
    /// The number from which subsets follow.
    public var seed: UInt64 = 0

    /// A hundred subsets of a thousand.
    public init() {}
}
