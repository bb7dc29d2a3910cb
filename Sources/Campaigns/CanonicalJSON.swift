import FoundationEssentials

extension Campaign {
    /// The newest form of the stored campaign that this program writes and reads.
    static let storedVersion = 1

    /// Returns the campaign as one line of JSON; equal campaigns give equal bytes.
    ///
    /// Keys are sorted and follow the campaign file; durations are milliseconds, sizes bytes.
    public func canonicalJSON() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            // Only a number that is not finite cannot be encoded, and decoding refuses those.
            fatalError("campaign '\(name)' cannot be encoded: \(error)")
        }
    }

    /// Reads what `canonicalJSON()` wrote; throws when it is something else.
    public init(canonicalJSON json: String) throws(CampaignFileError) {
        do {
            self = try JSONDecoder().decode(Campaign.self, from: Data(json.utf8))
        } catch {
            throw CampaignFileError(problems: [
                Problem(
                    file: "stored campaign", line: 0, path: "",
                    message: "is not a campaign that this version can read: \(error)")
            ])
        }
    }
}

extension Campaign: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, version, name, labels, priority, weight, seed
        case prompts, generate, score, rank, resources, retry, limits, export, after, job
    }

    /// Decodes the stored form; keys that older versions did not write have their defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == Self.storedVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container,
                debugDescription: "version \(version) where \(Self.storedVersion) is known")
        }
        self.init(
            name: try container.decode(String.self, forKey: .name),
            labels: try container.decode([String: String].self, forKey: .labels),
            priority: try container.decode(Int.self, forKey: .priority),
            weight: try container.decode(Double.self, forKey: .weight),
            seed: try container.decode(UInt64.self, forKey: .seed),
            prompts: try container.decode(Prompts.self, forKey: .prompts),
            generate: try container.decode(Generate.self, forKey: .generate),
            score: try container.decode(Score.self, forKey: .score),
            rank: try container.decode(Rank.self, forKey: .rank),
            resources: try container.decode(Resources.self, forKey: .resources),
            retry: try container.decode(Retry.self, forKey: .retry),
            limits: try container.decode(Limits.self, forKey: .limits),
            export: try container.decodeIfPresent([Export].self, forKey: .export) ?? [],
            after: try container.decodeIfPresent([After].self, forKey: .after) ?? [])
        job = try container.decodeIfPresent(Job.self, forKey: .job)
    }

    /// Encodes the stored form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("Campaign", forKey: .kind)
        try container.encode(Self.storedVersion, forKey: .version)
        try container.encode(name, forKey: .name)
        try container.encode(labels, forKey: .labels)
        try container.encode(priority, forKey: .priority)
        try container.encode(weight, forKey: .weight)
        try container.encode(seed, forKey: .seed)
        try container.encode(prompts, forKey: .prompts)
        try container.encode(generate, forKey: .generate)
        try container.encode(score, forKey: .score)
        try container.encode(rank, forKey: .rank)
        try container.encode(resources, forKey: .resources)
        try container.encode(retry, forKey: .retry)
        try container.encode(limits, forKey: .limits)
        try container.encode(export, unless: [], forKey: .export)
        try container.encode(after, unless: [], forKey: .after)
        try container.encodeIfPresent(job, forKey: .job)
    }
}
