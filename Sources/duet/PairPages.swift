import Campaigns
import Datasets
import Foundation
import Media
import Wire

/// The pairs of a ranking as a dataset takes them: page by page from the coordinator, one by one to
/// whoever asks.
struct PairPages: ~Copyable {
    /// What is the same for all pairs.
    let header: ExportHeader
    /// How many pairs the ranking has.
    let count: Int
    /// Pairs handed out so far.
    private(set) var handedOut = 0
    private let source: PairSource
    private let hashes: GeneratorHashes
    /// When the ranking was made.
    private let madeAt: String
    private var client: Client
    private var waiting: [Answers.ExportPair]
    private var place = 0
    private var isWhole: Bool
    private var probe: MediaProbe

    /// Rows of a page; at a few kilobytes each a page stays in bounds.
    private static let pageSize: Int32 = 500

    /// Which pairs, and how their media are found.
    struct PairSource {
        var campaign: String
        var ranking: String
        /// Another folder with the same artifacts as the coordinator's; nil for its own.
        var artifacts: String?
        /// The media to export; nil for film and sound as the first pair has them.
        var roles: [String]?
        /// Whether pictures and sound of every file are looked at, as some formats need it.
        var probes: Bool
        var license: String
    }

    /// Asks for the header and the first page; fails when there is nothing to export.
    init(_ source: PairSource, from connected: consuming Client) throws {
        var client = connected
        let answer = try decodeAnswer(
            Answers.ExportHeader.self,
            from: try client.query(
                .exportHeader(campaign: source.campaign, ranking: source.ranking),
                patience: 300_000))
        var source = source
        // What is current now may not be when the last page comes.
        source.ranking = answer.ranking.name
        let pairs = try Self.page(source, after: 0, from: &client)
        guard let first = pairs.first else {
            throw Failure.notFound(
                "ranking \(source.campaign)/\(source.ranking) has no pairs; "
                    + "`duet ranking show \(source.campaign)/\(source.ranking)` says why")
        }
        guard !first.winner.totals.isEmpty else {
            throw Failure(
                code: 4,
                message: "ranking \(source.campaign)/\(source.ranking) was made by an older "
                    + "program and lacks totals; `duet campaign rerank \(source.campaign)` makes "
                    + "it anew")
        }
        let media = try Self.media(of: first, source)
        hashes = GeneratorHashes(answer.generators, in: source)
        header = ExportHeader(answer, hashes, media: media, license: source.license)
        count = answer.ranking.pairs
        madeAt = answer.ranking.createdAt
        probe = MediaProbe(isOn: source.probes)
        waiting = pairs
        isWhole = pairs.count < Int(Self.pageSize)
        self.source = source
        self.client = client
    }

    private static func page(
        _ source: PairSource, after: Int64, from client: inout Client
    ) throws -> [Answers.ExportPair] {
        try decodeAnswer(
            [Answers.ExportPair].self,
            from: try client.query(
                .exportPairs(
                    campaign: source.campaign, ranking: source.ranking, filter: "", after: after,
                    limit: pageSize)))
    }

    /// Hands out the next pair; nil after the last one.
    mutating func next() throws -> PairRow? {
        if place == waiting.count, !isWhole, let last = waiting.last {
            waiting = try Self.page(source, after: last.id, from: &client)
            place = 0
            isWhole = waiting.count < Int(Self.pageSize)
        }
        guard place < waiting.count else {
            try checkThatItStillIs()
            return nil
        }
        let pair = waiting[place]
        place += 1
        handedOut += 1
        return try row(pair)
    }

    /// A ranking made anew meanwhile has given some pages of the old pairs and some of the new.
    private mutating func checkThatItStillIs() throws {
        let now = try decodeAnswer(
            Answers.Ranking.self,
            from: try client.query(
                .ranking(campaign: source.campaign, ranking: source.ranking)))
        guard now.createdAt == madeAt else {
            throw Failure.work(
                "ranking \(source.campaign)/\(source.ranking) was made anew during the export; "
                    + "export it again")
        }
    }

    private mutating func row(_ pair: Answers.ExportPair) throws -> PairRow {
        // Tar and other formats take no dots in names; the campaign has a number in every task.
        let id = "\(pair.winner.id >> 40)-\(pair.id >> 16)-\(pair.place)"
        return PairRow(
            ordinal: pair.id, id: id, prompt: .init(id: pair.prompt, text: pair.text),
            winner: try clip(pair.winner), loser: try clip(pair.loser), margin: pair.margin,
            margins: pair.margins, weight: pair.weight)
    }

    private mutating func clip(_ clip: Answers.ExportPair.Clip) throws -> Clip {
        var media: [MediaFile] = []
        for file in clip.media where header.media.contains(where: { $0.role == file.role }) {
            let path = source.path(of: file)
            media.append(
                MediaFile(
                    role: file.role, path: path, sha256: file.sha256,
                    properties: try probe.properties(of: path, sha256: file.sha256)))
        }
        let unranked = header.metrics.count - clip.normalised.count
        return Clip(
            id: "\(clip.id)", ordinal: clip.ordinal, isGroundTruth: clip.ordinal < 0,
            seed: clip.seed, modelHash: clip.ordinal < 0 ? nil : hashes[clip.engine],
            adapterHash: clip.adapterHash, media: media, scores: clip.scores,
            normalised: clip.normalised + Array(repeating: nil, count: max(0, unranked)),
            totals: clip.totals)
    }

    /// What both clips of a pair have and a dataset can take: a film, and sound beside it.
    private static func media(
        of pair: Answers.ExportPair, _ source: PairSource
    ) throws -> [MediaColumn] {
        let loser = Set(pair.loser.media.map(\.role))
        let common = pair.winner.media.filter { loser.contains($0.role) }
        var roles = source.roles ?? []
        if source.roles == nil {
            let film = ["joint", "video"].first { role in common.contains { $0.role == role } }
            roles = [film, common.contains { $0.role == "audio" } ? "audio" : nil]
                .compactMap(\.self)
        }
        let names = common.map(\.role).joined(separator: ", ")
        guard !roles.isEmpty else {
            throw Failure.work(
                "the clips of this ranking have no film and no sound to export"
                    + (names.isEmpty ? "" : "; --media chooses among \(names)"))
        }
        return try roles.map { role in
            guard let file = common.first(where: { $0.role == role }) else {
                throw Failure.usage(
                    "the clips of this ranking have no \(role); --media chooses among \(names)")
            }
            let path = source.path(of: file)
            let isSound = role == "audio"
            var column = MediaColumn(
                role: role, kind: isSound ? .audio : .video,
                fileExtension: URL(filePath: path).pathExtension.lowercased())
            if isSound { column.sampleRate = try MediaReader(path).description.audio?.sampleRate }
            return column
        }
    }
}

extension PairPages.PairSource {
    /// Where a file lies for this process.
    func path(of file: Answers.ExportPair.Clip.File) -> String {
        guard let artifacts else { return file.path }
        let name = URL(filePath: file.path).lastPathComponent
        return "\(artifacts)/\(file.sha256.prefix(2))/\(name)"
    }
}

extension ExportHeader {
    init(
        _ answer: Answers.ExportHeader, _ hashes: GeneratorHashes, media: [MediaColumn],
        license: String
    ) {
        let adapter = answer.adapter.map { text in
            let file = HashedFile(text)
            return Weights(
                name: file.map { URL(filePath: $0.path).lastPathComponent } ?? text,
                hash: file?.sha256 ?? "")
        }
        self.init(
            name: answer.campaign, program: answer.ranking.build, campaign: answer.campaign,
            ranking: "\(answer.campaign)/\(answer.ranking.name)",
            date: String(answer.ranking.createdAt.prefix(10)), rule: answer.ranking.rule,
            ruleHash: answer.ranking.hash, seed: answer.seed,
            model: .init(name: answer.model, hash: hashes.text), adapter: adapter,
            modalities: answer.ranking.modalities,
            metrics: answer.rewards.map { metric in
                .init(
                    name: metric.reward.name, modality: metric.reward.modality,
                    isMinimised: metric.reward.isMinimised, isHeldOut: metric.reward.isHeldOut,
                    rewardVersion: metric.engines.joined(separator: ", "), mean: metric.mean,
                    deviation: metric.deviation)
            }, media: media, license: license)
    }
}

/// Looks at the headers of media files, each once while it is remembered.
private struct MediaProbe {
    let isOn: Bool
    private var known: [String: MediaProperties] = [:]
    private var order: [String] = []

    /// Files remembered: a clip is often in several pairs of its prompt, which are neighbours.
    private static let limit = 4096

    init(isOn: Bool) { self.isOn = isOn }

    mutating func properties(of path: String, sha256: String) throws -> MediaProperties? {
        guard isOn else { return nil }
        if let found = known[sha256] { return found }
        let found = try MediaReader(path).description
        let rate = found.video?.rate.perSecond ?? 0
        let seconds = found.video?.seconds ?? found.audio?.seconds ?? 0
        let properties = MediaProperties(
            frames: Int((seconds * rate).rounded()), width: found.video?.size.width ?? 0,
            height: found.video?.size.height ?? 0, framesPerSecond: rate,
            sampleRate: found.audio?.sampleRate, seconds: seconds)
        if order.count == Self.limit { known[order.removeFirst()] = nil }
        known[sha256] = properties
        order.append(sha256)
        return properties
    }
}
