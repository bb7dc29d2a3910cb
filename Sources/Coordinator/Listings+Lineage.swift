import Campaigns
import Evaluations
import Foundation
import Rounds
import Scheduling
import Store
import Wire

/// Where an adapter comes from: every pair, candidate, seed, model, reward and rule behind it.
extension Listings {
    func lineage(of selector: String, _ store: inout Store) throws -> LineageNode {
        let records = try store.rounds().map(\.record)
        let record = try RoundChoice.find(selector, among: records)
        return try node(of: record, records, &store)
    }

    private func node(
        of record: RoundRecord, _ records: [RoundRecord], _ store: inout Store
    ) throws -> LineageNode {
        var round = LineageNode(
            kind: "round", name: record.label, facts: [.init("state", record.state.word)])
        if let adapter = record.adapter {
            round.facts.append(.init("adapter", adapter.sha256))
            round.facts.append(.init("file", adapter.path))
        }
        if let training = try training(of: record, &store) { round.children.append(training) }
        if let dataset = record.dataset {
            round.children.append(try node(of: dataset, record, &store))
        }
        // A round goes back to earlier ones only, so this ends.
        if let parent = RoundDescent(records).parent(of: record) {
            round.children.append(try node(of: parent, records, &store))
        }
        return round
    }

    private func training(
        of record: RoundRecord, _ store: inout Store
    ) throws -> LineageNode? {
        let name = RoundNames.training(record.name, record.number)
        guard let listing = try store.campaign(name), listing.name == name else { return nil }
        let product = try store.products(of: listing.id).last
        var node = LineageNode(kind: "training", name: name)
        node.facts = [
            .init("base", record.dataset?.model ?? ""),
            .init("objective", record.round.objective.rawValue),
            .init("loss", record.round.loss.type.rawValue),
            .init("seed", "\(record.round.optim.seed)"),
        ]
        if let texts = record.dataset?.texts { node.facts.append(.init("texts", texts.sha256)) }
        let launch = record.round.launch
        if launch.type != .swift {
            let words = [launch.type.rawValue] + launch.command
            node.facts.append(.init("trainer", words.joined(separator: " ")))
        }
        if let product { node.facts.append(.init("engine", product.engine)) }
        return node
    }

    private func node(
        of dataset: FrozenDataset, _ record: RoundRecord, _ store: inout Store
    ) throws -> LineageNode {
        var node = LineageNode(
            kind: "dataset", name: dataset.train.sha256,
            facts: [
                .init("pairs", "\(dataset.train.pairs)"),
                .init("kept aside", "\(dataset.heldOut?.pairs ?? 0)"),
                .init("on-policy", dataset.isOnPolicy ? "yes" : "no"),
            ] + (dataset.frozenBy.map { [.init("frozen by round", $0)] } ?? []))
        guard let listing = try store.campaign(record.campaign),
            let source = try store.submission(of: record.campaign)
        else { return node }
        node.children.append(try campaign(source.campaign, dataset, listing, &store))
        var last: Int64 = 0
        while true {
            let page = try exportPairs(listing, dataset.ranking, "", last, 1000, &store)
            node.children += page.map { Self.pair($0) }
            guard let end = page.last, page.count == 1000 else { return node }
            last = end.id
        }
    }

    private func campaign(
        _ campaign: Campaign, _ dataset: FrozenDataset, _ listing: CampaignListing,
        _ store: inout Store
    ) throws -> LineageNode {
        var node = LineageNode(
            kind: "campaign", name: campaign.name,
            facts: [
                .init("model", campaign.generate.model),
                .init(
                    "adapter",
                    HashedFile(campaign.generate.adapter)?.sha256 ?? "none"),
                .init("seed", "\(campaign.seed)"), .init("ranking", dataset.ranking),
                .init("rule", dataset.rule),
            ])
        let header = try exportHeader(listing, dataset.ranking, &store)
        node.children = header.rewards.map { metric in
            LineageNode(
                kind: "reward", name: metric.reward.name,
                facts: [
                    .init("role", metric.reward.isHeldOut ? "held out" : "ranked"),
                    .init("version", metric.engines.joined(separator: ", ")),
                ])
        }
        return node
    }

    private static func pair(_ pair: Answers.ExportPair) -> LineageNode {
        LineageNode(
            kind: "pair", name: "\(pair.prompt)/\(pair.winner.ordinal)-\(pair.loser.ordinal)",
            facts: [.init("prompt", pair.text), .init("margin", "\(pair.margin)")],
            children: [clip(pair.winner, "winner"), clip(pair.loser, "loser")])
    }

    private static func clip(_ clip: Answers.ExportPair.Clip, _ role: String) -> LineageNode {
        LineageNode(
            kind: role, name: clip.ordinal < 0 ? "ground truth" : "candidate \(clip.ordinal)",
            facts: [.init("task", "\(clip.id)")]
                + (clip.seed.map { [.init("seed", "\($0)")] } ?? [])
                + clip.media.map { .init($0.role, $0.sha256) })
    }
}
