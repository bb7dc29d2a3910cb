import Campaigns
import Filters
import FoundationEssentials
import Scheduling
import Store
import Wire

/// Rankings and their pairs.
extension Listings {
    /// Finds a ranking by name or number; where that is empty, the campaign's current one.
    func ranking(
        _ name: String, of listing: CampaignListing, _ store: inout Store
    ) throws -> RankingListing {
        let all = try store.rankings(of: listing.id)
        let found =
            name.isEmpty
            ? all.first(where: \.isCurrent)
            : all.first { $0.name == name || "\($0.number)" == name }
        if let found { return found }
        throw Problem(
            code: .notFound,
            message: name.isEmpty
                ? "campaign \(listing.name) has not been ranked yet; `duet campaign why "
                    + "\(listing.name)` says what it waits for"
                : "campaign \(listing.name) has no ranking '\(name)'; `duet ranking list "
                    + "\(listing.name)` shows all of them")
    }

    func pairs(
        _ listing: CampaignListing, ranking name: String, _ text: String, _ after: Int64,
        _ limit: Int, _ store: inout Store
    ) throws -> [Answers.Pair] {
        if name.isEmpty, try store.ranking(of: listing.id) == nil { return [] }
        let ranking = try ranking(name, of: listing, &store)
        let pairs = try page(of: ranking, text, after, limit, &store)
        let media = try store.candidateMedia(of: pairs.flatMap { [$0.winner, $0.loser] })
        return pairs.map { Answers.Pair($0, ranking.modalities, media) }
    }

    private func page(
        of ranking: RankingListing, _ text: String, _ after: Int64, _ limit: Int,
        _ store: inout Store
    ) throws -> [PairListing] {
        let filter = try Filter(
            parsing: text, columns: ListingColumns.pairs(modalities: ranking.modalities))
        let place = (
            number: after > 0 ? Int32(truncatingIfNeeded: after >> 16) : -1,
            place: after > 0 ? Int16(truncatingIfNeeded: after & 0x7FFF) : 0
        )
        return try store.pairs(of: ranking, filter, after: place, limit: limit)
    }

    func exportHeader(
        _ listing: CampaignListing, _ name: String, _ store: inout Store
    ) throws -> Answers.ExportHeader {
        let ranking = try ranking(name, of: listing, &store)
        let source = try store.exportSource(of: ranking)
        let adapter = source.campaign.generate.adapter
        return Answers.ExportHeader(
            campaign: listing.name, ranking: Answers.Ranking(ranking, of: listing.name),
            seed: source.campaign.seed, model: source.campaign.generate.model,
            adapter: adapter == "none" ? nil : adapter,
            rewards: source.rewards.enumerated().map { index, reward in
                let isRanked = index < source.rankedCount && index < source.statistics.count
                return Answers.ExportHeader.Metric(
                    reward: Answers.Reward(reward, isHeldOut: index >= source.rankedCount),
                    engines: source.engines[index],
                    mean: isRanked ? source.statistics[index].mean : nil,
                    deviation: isRanked ? source.statistics[index].deviation : nil)
            },
            generators: source.generators.map { engine, media in
                .init(engine: engine, media: media.map(Answers.ExportPair.Clip.File.init))
            }, artifacts: artifacts)
    }

    func exportPairs(
        _ listing: CampaignListing, _ name: String, _ text: String, _ after: Int64,
        _ limit: Int, _ store: inout Store
    ) throws -> [Answers.ExportPair] {
        let ranking = try ranking(name, of: listing, &store)
        let slots = try store.slots(of: ranking)
        let pairs = try page(of: ranking, text, after, limit, &store)
        let ids = pairs.flatMap { [$0.winner, $0.loser] }
        let media = try store.candidateMedia(of: ids)
        let engines = try store.engines(of: ids)
        let scores = try store.rawScores(of: ids, slots.rewards)
        return pairs.map { pair in
            func clip(
                _ id: TaskID, _ ordinal: Int16, _ standing: PairListing.Standing
            ) -> Answers.ExportPair.Clip {
                Answers.ExportPair.Clip(
                    id: id.rawValue, ordinal: Int(ordinal),
                    seed: slots.seeds[id.slot].map {
                        candidateSeed(
                            campaignSeed: $0, promptKey: pair.prompt, ordinal: Int(ordinal))
                    },
                    engine: engines[id] ?? "", adapter: slots.adapters[id.slot],
                    media: (media[id] ?? []).map(Answers.ExportPair.Clip.File.init),
                    scores: scores[id] ?? slots.rewards.map { _ in nil },
                    normalised: standing.normalised, totals: standing.totals)
            }
            return Answers.ExportPair(
                id: Int64(pair.number) << 16 | Int64(pair.place), prompt: pair.prompt,
                text: pair.text, place: Int(pair.place), margin: pair.margin,
                margins: pair.margins, weight: pair.weight, isTie: pair.isTie,
                winner: clip(pair.winner, pair.winnerOrdinal, pair.winnerStanding),
                loser: clip(pair.loser, pair.loserOrdinal, pair.loserStanding))
        }
    }
}

extension Answers.ExportPair.Clip.File {
    fileprivate init(_ media: Media) {
        self.init(role: media.role, path: media.path, sha256: media.sha256)
    }
}

extension Answers.Ranking {
    init(_ listing: RankingListing, of campaign: String) {
        self.init(
            id: listing.number, name: listing.name, campaign: campaign,
            isCurrent: listing.isCurrent, isOfFile: listing.isOfFile,
            createdAt: iso8601(listing.createdAt), build: listing.build, hash: listing.hash,
            rule: listing.rule)
        prompts = listing.prompts
        candidates = listing.candidates
        ineligible = listing.ineligible
        pairs = listing.pairs
        unpaired = listing.unpaired
        modalities = listing.modalities
        guards =
            (try? JSONDecoder().decode([Guard].self, from: Data(listing.guards.utf8))) ?? []
    }
}

extension Answers.Reward {
    init(_ reward: Campaigns.Reward, isHeldOut: Bool) {
        self.init(
            name: reward.name, modality: reward.modality ?? "",
            isMinimised: reward.goal == .minimize, isHeldOut: isHeldOut)
    }
}
