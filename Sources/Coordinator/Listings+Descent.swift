import Campaigns
import Evaluations
import Foundation
import Rounds
import Scheduling
import Store
import Wire
import Words

/// What came of a candidate, a pair, a prompt or a ranking: the rounds that were trained on it, and
/// the adapters that grew from theirs.
///
/// The frozen files say what was trained on: what a ranking says today may be another thing.
extension Listings {
    /// What `lineage` may be asked of beside rounds.
    private enum Origin: String, CaseIterable { case candidate, pair, prompt, ranking }

    /// Answers `KIND:NAME`; nil when the text names a round.
    func descent(
        of selector: String, _ live: LiveState, _ store: inout Store
    ) throws -> LineageNode? {
        let parts = selector.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let origin = Origin(rawValue: parts[0]) else { return nil }
        switch origin {
        case .candidate: return try candidate(parts[1], live, &store)
        case .pair:
            let (listing, rest) = try split(parts[1], live, &store)
            guard let slash = rest.lastIndex(of: "/") else {
                throw Self.malformed(parts[1], "CAMPAIGN/PROMPT/WINNER-LOSER")
            }
            return try node(
                "pair", rest, of: String(rest[..<slash]), listing, &store
            ) { $0.name == rest }
        case .prompt:
            let (listing, key) = try split(parts[1], live, &store)
            return try node("prompt", key, of: key, listing, &store) { _ in true }
        case .ranking:
            let (listing, name) = try split(parts[1], live, &store)
            let ranking = try ranking(name, of: listing, &store)
            return try node(of: ranking, listing, &store)
        }
    }

    private static func malformed(_ text: String, _ form: String) -> Problem {
        Problem(code: .usage, message: "'\(text)' is not complete; write \(form)")
    }

    /// Splits `CAMPAIGN/REST`; campaigns of rounds have slashes in their names.
    private func split(
        _ text: String, _ live: LiveState, _ store: inout Store
    ) throws -> (CampaignListing, rest: String) {
        let names = Set(live.names.values)
        let slashes = text.indices.filter { text[$0] == "/" }
        guard let first = slashes.first else { throw Self.malformed(text, "CAMPAIGN/\(text)") }
        let slash = slashes.last { names.contains(String(text[..<$0])) } ?? first
        let rest = String(text[text.index(after: slash)...])
        return (try find(String(text[..<slash]), live, &store), rest)
    }

    /// A candidate by its task's number, or as CAMPAIGN/PROMPT/ORDINAL.
    private func candidate(
        _ text: String, _ live: LiveState, _ store: inout Store
    ) throws -> LineageNode {
        guard let number = Int64(text) else {
            let (listing, rest) = try split(text, live, &store)
            guard let slash = rest.lastIndex(of: "/"),
                let ordinal = Int(rest[rest.index(after: slash)...])
            else { throw Self.malformed(text, "CAMPAIGN/PROMPT/NUMBER, or a task's number") }
            let key = String(rest[..<slash])
            return try node("candidate", rest, of: key, listing, &store) {
                $0.chosen == ordinal || $0.rejected == ordinal
            }
        }
        guard number > 0, let task = try store.task(TaskID(rawValue: number))?.task,
            let key = task.prompt, [.generate, .ingest].contains(task.kind)
        else {
            throw Problem(
                code: .notFound,
                message: "task \(number) made no candidate; `duet task list --filter "
                    + "kind=generate` shows those that did")
        }
        let listing = try find(task.campaign, live, &store)
        let ordinal = Int(task.ordinal)
        return try node("candidate", "\(key)/\(ordinal)", of: key, listing, &store) {
            $0.chosen == ordinal || $0.rejected == ordinal
        }
    }

    /// The rounds that were trained on some pairs of a prompt.
    private func node(
        _ kind: String, _ name: String, of key: String, _ listing: CampaignListing,
        _ store: inout Store, where isMeant: (FrozenPair) -> Bool
    ) throws -> LineageNode {
        guard
            let prompt = try store.submission(of: listing.name)?.prompts
                .first(where: { $0.key == key })
        else {
            throw Problem(
                code: .notFound, message: "campaign \(listing.name) has no prompt '\(key)'")
        }
        let records = try store.rounds().map(\.record)
        var uses: [RoundDescent.Use] = []
        for record in records where record.campaign == listing.name {
            guard let dataset = record.dataset else { continue }
            let trained = try pairs(of: key, in: dataset.train).filter(isMeant)
            let keptAside =
                try dataset.heldOut.map { try pairs(of: key, in: $0) }?
                .filter(isMeant) ?? []
            guard !trained.isEmpty || !keptAside.isEmpty else { continue }
            uses.append(
                RoundDescent.Use(
                    label: record.label,
                    facts: [
                        .init("trained on", counted(trained.count, "pair")),
                        .init("kept aside", "\(keptAside.count)"),
                    ],
                    pairs: trained.map { Self.node(of: $0, "trained on") }
                        + keptAside.map { Self.node(of: $0, "kept aside") }))
        }
        return LineageNode(
            kind: kind, name: "\(listing.name)/\(name)", facts: [.init("prompt", prompt.text)],
            children: RoundDescent(records).trees(of: uses))
    }

    private func pairs(of key: String, in part: FrozenDataset.Part) throws -> [FrozenPair] {
        do {
            return try FrozenPair.of(
                prompt: key, in: String(contentsOfFile: part.path, encoding: .utf8))
        } catch {
            throw Problem(
                code: .failed,
                message: "\(part.path), which a round was trained on, cannot be read: "
                    + error.localizedDescription)
        }
    }

    private static func node(of pair: FrozenPair, _ use: String) -> LineageNode {
        LineageNode(
            kind: "pair", name: pair.name,
            facts: [
                .init("use", use), .init("chosen", clip(pair.chosen)),
                .init("rejected", clip(pair.rejected)), .init("margin", "\(pair.margin)"),
            ])
    }

    private static func clip(_ ordinal: Int) -> String {
        ordinal < 0 ? "ground truth" : "candidate \(ordinal)"
    }

    /// The rounds whose pairs were those of a ranking.
    private func node(
        of ranking: RankingListing, _ listing: CampaignListing, _ store: inout Store
    ) throws -> LineageNode {
        let records = try store.rounds().map(\.record)
        let uses = records.compactMap { record -> RoundDescent.Use? in
            guard record.ranking == ranking.id.rawValue, let dataset = record.dataset else {
                return nil
            }
            return RoundDescent.Use(
                label: record.label,
                facts: [
                    .init("trained on", counted(dataset.train.pairs, "pair")),
                    .init("kept aside", "\(dataset.heldOut?.pairs ?? 0)"),
                ])
        }
        return LineageNode(
            kind: "ranking", name: "\(listing.name)/\(ranking.name)",
            facts: [.init("pairs", "\(ranking.pairs)"), .init("rule", ranking.hash)],
            children: RoundDescent(records).trees(of: uses))
    }
}
