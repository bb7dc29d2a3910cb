/// Two policies' distances to the same ground truth, by modality.
public struct DistanceComparison: Sendable, Equatable, Codable {
    /// The scorer whose network embedded the clips.
    public var embedder: String
    /// What the network is.
    public var version: String
    /// Clips of ground truth.
    public var references: Int
    /// Clips of the first policy.
    public var before: Int
    /// Clips of the second policy.
    public var after: Int
    /// How kernel distances were taken.
    public var kernel: KernelSettings
    /// Each modality.
    public var modalities: [Modality]

    /// One modality's distances; smaller is better.
    public struct Modality: Sendable, Equatable, Codable {
        /// `audio` or `video`.
        public var name: String
        /// How many numbers an embedding has.
        public var width: Int
        /// The Fréchet distances.
        public var frechet: DistanceChange
        /// The kernel distances.
        public var kernel: DistanceChange
    }

    /// Compares two reports; refuses what was not measured alike.
    public init(_ before: DistanceReport, _ after: DistanceReport) throws(DistanceMismatch) {
        guard before.embedder == after.embedder, before.version == after.version else {
            throw .network(before.name, after.name)
        }
        guard before.references == after.references else { throw .references }
        guard before.kernel == after.kernel else { throw .kernel }
        (embedder, version) = (after.embedder, after.version)
        (references, kernel) = (after.references.count, after.kernel)
        (self.before, self.after) = (before.clips.count, after.clips.count)
        modalities = after.modalities.compactMap { second in
            before.modalities.first { $0.name == second.name }.map { first in
                Modality(
                    name: second.name, width: second.width,
                    frechet: .init(before: first.frechet, after: second.frechet),
                    kernel: .init(before: first.kernel.value, after: second.kernel.value))
            }
        }
    }
}

/// Two policies' distances to the same ground truth; smaller is better.
public struct DistanceChange: Sendable, Equatable, Codable {
    /// The first policy's distance.
    public var before: Double
    /// The second policy's distance.
    public var after: Double

    /// Holds two distances.
    public init(before: Double, after: Double) {
        self.before = before
        self.after = after
    }
}

/// Why the distances of two policies cannot be compared.
public enum DistanceMismatch: Error, Equatable, CustomStringConvertible {
    /// They were embedded by different networks.
    case network(String, String)
    /// They were compared with different ground truth.
    case references
    /// Their kernel distances were taken differently.
    case kernel

    /// What is different, as the end of a sentence.
    public var description: String {
        switch self {
        case .network(let first, let second):
            "were measured by different networks, \(first) and \(second)"
        case .references: "were measured against different ground truth"
        case .kernel: "have kernel distances of different subsets"
        }
    }
}

extension DistanceReport {
    /// The embedder with the beginning of its version.
    fileprivate var name: String { "\(embedder)@\(version.prefix(12))" }
}
