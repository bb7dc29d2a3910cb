import Artifacts
import Campaigns
import Foundation
import Logging
import Rounds
import Scheduling
import Store
import Wire

/// What the round keeper's thread does; a connection is opened when it is needed and kept.
struct RoundKeeping: ~Copyable {
    let database: String
    let artifacts: String
    let epoch: Int32
    let log: Logger
    let say: (RoundKeeper.Said) -> Void
    /// Campaigns that were asked for and not written yet.
    private var asked: Set<String> = []
    /// Campaigns that were refused, and why; forgotten when a round is submitted again.
    var refused: [String: String] = [:]
    /// Whether there may be rounds; without any, the ends of campaigns concern nobody here.
    var mayHaveRounds = true
    private var kept: Store?

    init(
        database: String, artifacts: String, epoch: Int32, log: Logger,
        say: @escaping (RoundKeeper.Said) -> Void
    ) {
        (self.database, self.artifacts, self.epoch, self.log) = (database, artifacts, epoch, log)
        self.say = say
    }

    /// Runs `body` on the connection; one that broke is opened anew the next time.
    mutating func with<R>(_ body: (inout Self, inout Store) throws -> R) throws -> R {
        var store: Store
        if let kept = kept.take() {
            store = kept
        } else {
            store = try Store(database)
            store.write(under: epoch)
        }
        do {
            let result = try body(&self, &store)
            kept = consume store
            return result
        } catch {
            if !store.isBroken { kept = consume store }
            throw error
        }
    }

    // MARK: Looking

    /// Carries every round as far as it goes; false when the database did not answer.
    mutating func look() -> Bool {
        guard mayHaveRounds else { return true }
        do {
            try with { (keeping, store) in
                while try keeping.takeSteps(&store) {}
                try keeping.measureOtherEvaluations(&store)
            }
            return true
        } catch {
            log.warning("rounds wait: \(error)")
            return false
        }
    }

    /// Takes one step of each round; false when there was none to take.
    private mutating func takeSteps(_ store: inout Store) throws -> Bool {
        let rows = try store.rounds().map(\.record)
        mayHaveRounds = !rows.isEmpty
        var moved = false
        for record in rows {
            let all = RoundSeries(record.name, among: rows)
            do {
                let step = RoundPlanner.step(record, try facts(of: record, all, &store))
                if try take(step, record, all, &store) { moved = true }
            } catch let error as StoreError {
                throw error
            } catch {
                // A full disk, or scores that make no sense: other rounds go on meanwhile.
                try note("it cannot go on: \(error)", of: record, &store)
            }
        }
        return moved
    }

    private func facts(
        of record: RoundRecord, _ all: RoundSeries, _ store: inout Store
    ) throws -> RoundFacts {
        var facts = RoundFacts()
        facts.hasNext = all[record.number + 1] != nil
        facts.trigger = all[1]?.trigger ?? .init()
        facts.pairsBefore = all[record.number - 1]?.dataset?.grownFrom ?? 0
        let (name, number) = (record.name, record.number)
        switch record.state {
        case .waiting:
            if let origin = record.round.data.round {
                facts.origins = all.everyRound.filter { $0.name == origin }
            } else {
                facts.source = try campaign(record.campaign, ranking: record, &store)
            }
        case .training:
            facts.training = try campaign(RoundNames.training(name, number), &store)
        case .evaluating:
            facts.before = try campaign(RoundNames.evaluation(name, record.start), &store)
            facts.after = try campaign(RoundNames.evaluation(name, number), &store)
            if record.round.evaluate?.distances != nil, facts.before?.phase == .completed,
                facts.after?.phase == .completed
            {
                facts.beforeDistances = try distances(of: record.start, record, &store)
                facts.afterDistances = try distances(of: number, record, &store)
            }
        case .promoted, .rolledBack:
            guard facts.trigger.every != nil, !facts.hasNext else { break }
            facts.source = try campaign(record.campaign, ranking: record, &store)
        case .held, .cancelled: break
        }
        return facts
    }

    func campaign(
        _ name: String, ranking record: RoundRecord? = nil, _ store: inout Store
    ) throws -> CampaignFacts? {
        guard let listing = try store.campaign(name), listing.name == name else { return nil }
        var facts = CampaignFacts(phase: CampaignFacts.Phase(listing))
        guard facts.phase == .completed else { return facts }
        if let record {
            if let ranking = try self.ranking(of: record, listing.id, &store) {
                facts.ranking = RankingFacts(
                    pairs: ranking.pairs, prompts: ranking.prompts,
                    candidates: ranking.candidates,
                    referenceWinnerShare: try store.referenceWinnerShare(of: ranking.id))
            }
        } else {
            facts.hasProduct = try !store.products(of: listing.id).isEmpty
        }
        return facts
    }

    private func ranking(
        of record: RoundRecord, _ campaign: CampaignID, _ store: inout Store
    ) throws -> RankingListing? {
        let all = try store.rankings(of: campaign)
        let wanted = record.round.data.ranking
        return all.first { wanted == "latest" ? $0.isCurrent : "\($0.number)" == wanted }
    }

    // MARK: Steps

    /// Does a step; true when the round has moved, so that the next one may be there.
    private mutating func take(
        _ step: RoundStep, _ record: RoundRecord, _ all: RoundSeries, _ store: inout Store
    ) throws -> Bool {
        switch step {
        case .none: return false
        case .wait(let reason):
            try note(reason, needsHelp: false, of: record, &store)
            return false
        case .ask(let reason):
            try note(reason, of: record, &store)
            return false
        case .submitCandidates:
            guard let source = try source(of: record, all, &store) else { return false }
            let campaigns = RoundCampaigns(record, source: source.campaign)
            try ask(
                for: campaigns.candidates(all.adapter(of: record.start)), source.prompts,
                of: record, &store)
            return false
        case .submitTraining:
            guard let source = try source(of: record, all, &store) else { return false }
            let campaigns = RoundCampaigns(record, source: source.campaign)
            let training = try campaigns.training(
                all.adapter(of: record.start), folder: folder(of: record), artifacts: artifacts)
            if let training { try ask(for: training, [], of: record, &store) }
            return false
        case .submitEvaluation:
            guard let source = try source(of: record, all, &store),
                let prompts = try store.submission(of: RoundNames.evaluation(record.name, 0))
            else { return false }
            let campaigns = RoundCampaigns(record, source: source.campaign)
            let evaluation = campaigns.evaluation(of: record.number, record.adapter)
            if let evaluation {
                try ask(for: evaluation, prompts.prompts, of: record, &store)
            }
            return false
        case .submitDistances(let number):
            let evaluation = RoundNames.evaluation(record.name, number)
            try measure(evaluation, for: record, &store)
            return false
        case .freeze: return try freeze(record, all, &store)
        case .takePairs(let origin): return try takePairs(of: origin, record, all, &store)
        case .takeAdapter: return try takeAdapter(record, &store)
        case .judge: return try judge(record, &store)
        case .cancel(let reason):
            var ended = record
            (ended.state, ended.reason, ended.needsHelp) = (.cancelled, reason, false)
            try write([ended], &store)
            return false
        case .startNext:
            try write([RoundPlanner.next(after: record)], &store)
            return true
        }
    }

    /// The campaign behind the round's declaration, and its prompts.
    func source(
        of record: RoundRecord, _ all: RoundSeries, _ store: inout Store
    ) throws -> (campaign: Campaign, prompts: [Prompt])? {
        guard let name = all.everyRound.campaign(behind: record.round.data) else {
            try note("round \(record.round.data.round ?? "") is gone", of: record, &store)
            return nil
        }
        if let source = try store.submission(of: name) { return source }
        try note("campaign \(name) is gone", of: record, &store)
        return nil
    }

    /// Asks the loop to submit a campaign, once.
    mutating func ask(
        for campaign: Campaign, _ prompts: [Prompt], of record: RoundRecord,
        _ store: inout Store
    ) throws {
        if let refusal = refused[campaign.name] {
            return try note(
                "campaign \(campaign.name) was refused: \(refusal)", of: record, &store)
        }
        guard asked.insert(campaign.name).inserted else { return }
        say(.submit(campaign, prompts))
    }

    /// A campaign that was asked for is there, or never will be under this name.
    mutating func answered(_ campaign: String, _ refusal: String?) {
        asked.remove(campaign)
        guard let refusal else { return }
        refused[campaign] = refusal
        log.error("round campaign \(campaign) was refused: \(refusal)")
    }

    private func note(
        _ reason: String, needsHelp: Bool = true, of record: RoundRecord, _ store: inout Store
    ) throws {
        guard record.reason != reason || record.needsHelp != needsHelp else { return }
        var waiting = record
        (waiting.reason, waiting.needsHelp) = (reason, needsHelp)
        try store.record([waiting])
    }

    func write(_ records: [RoundRecord], _ store: inout Store) throws {
        try store.record(records)
        for record in records { say(.moved(record)) }
    }

    /// Where the training keeps what a later attempt goes on from.
    private func folder(of record: RoundRecord) -> String {
        let digest = record.dataset?.train.sha256.prefix(12) ?? ""
        return "\(artifacts)/training/\(record.name)-\(record.number)-\(digest)"
    }

    /// Freezes the pairs: files first, then the row that names them.
    private func freeze(
        _ record: RoundRecord, _ all: RoundSeries, _ store: inout Store
    ) throws -> Bool {
        guard !artifacts.isEmpty else {
            try note("the coordinator was started without --artifacts", of: record, &store)
            return false
        }
        guard let listing = try store.campaign(record.campaign),
            let ranking = try self.ranking(of: record, listing.id, &store),
            let source = try store.submission(of: record.campaign)
        else { return false }
        var pairs = FrozenPairs(record.round, modalities: ranking.modalities)
        let listings = Listings(database: database, artifacts: artifacts)
        var last: Int64 = 0
        while true {
            let page = try listings.exportPairs(listing, ranking.name, "", last, 1000, &store)
            for pair in page { try pairs.add(pair) }
            guard let end = page.last, page.count == 1000 else { break }
            last = end.id
        }
        guard !pairs.train.isEmpty else {
            let names = FrozenPairs.names(ranking.modalities).joined(separator: ", ")
            let reason =
                record.round.data.only == nil
                ? "all pairs are held out; lower data.held_out"
                : "no pair fits data.where, which may ask for \(names)"
            try note(reason, of: record, &store)
            return false
        }
        var frozen = record
        frozen.ranking = ranking.id.rawValue
        frozen.dataset = FrozenDataset(
            model: record.round.policy.base ?? source.campaign.generate.model,
            train: try keep(pairs.train),
            heldOut: pairs.heldOut.isEmpty ? nil : try keep(pairs.heldOut),
            ranking: ranking.name, rule: ranking.hash,
            groundTruthWinners: pairs.groundTruthWinners,
            isOnPolicy: all.isOnPolicy(record, source.campaign))
        frozen.dataset?.rankedPairs = ranking.pairs
        frozen.dataset?.texts = try texts(of: record.round)
        (frozen.state, frozen.reason, frozen.needsHelp) = (.training, "", false)
        try write([frozen], &store)
        return true
    }

    /// Takes over the files that another round froze: the same pairs to the last byte.
    private func takePairs(
        of origin: RoundRecord, _ record: RoundRecord, _ all: RoundSeries, _ store: inout Store
    ) throws -> Bool {
        guard let made = try store.submission(of: origin.campaign)?.campaign,
            var dataset = origin.dataset
        else {
            try note("campaign \(origin.campaign) is gone", of: record, &store)
            return false
        }
        dataset.model = record.round.policy.base ?? made.generate.model
        // Winners alone have nothing that could be preferred.
        if record.round.objective == .sft { dataset.heldOut = nil }
        dataset.isOnPolicy = all.isOnPolicy(record, made)
        dataset.frozenBy = origin.dataset?.frozenBy ?? origin.label
        dataset.texts = try texts(of: record.round)
        var taken = record
        (taken.campaign, taken.ranking) = (origin.campaign, origin.ranking)
        (taken.dataset, taken.state) = (dataset, .training)
        (taken.reason, taken.needsHelp) = ("", false)
        try write([taken], &store)
        return true
    }

    /// Stores lines as an artifact.
    func keep(_ lines: [String]) throws -> FrozenDataset.Part {
        let folder = ArtifactFolder(root: artifacts)
        let path = try folder.unfinished(".jsonl")
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: path))
        let stored = try folder.store(path)
        return .init(path: stored.path, sha256: stored.sha256, pairs: lines.count)
    }

    /// Stores what a text encoder made of a round's texts, beside its pairs.
    private func texts(of round: Round) throws -> HashedFile? {
        guard let file = round.texts.flatMap(HashedFile.init) else { return nil }
        let stored = try ArtifactFolder(root: artifacts).storeCopy(
            of: file.path, expecting: file.sha256)
        return HashedFile(path: stored.path, sha256: stored.sha256)
    }

    /// Records what the training left; what it kept to go on from is not needed any more.
    private func takeAdapter(_ record: RoundRecord, _ store: inout Store) throws -> Bool {
        let name = RoundNames.training(record.name, record.number)
        guard let listing = try store.campaign(name),
            let product = try store.products(of: listing.id).last
        else { return false }
        guard let adapter = product.media.first(where: { $0.role == "adapter" }) else {
            try note("its training left no adapter", of: record, &store)
            return false
        }
        var trained = record
        trained.adapter = .init(path: adapter.path, sha256: adapter.sha256)
        trained.exports = AdapterForms(artifacts: artifacts).write(of: trained)
        for export in trained.exports where !export.problem.isEmpty {
            log.warning("round \(record.label): no \(export.form) form: \(export.problem)")
        }
        trained.training = product.media.first { $0.role == "report" }
            .flatMap { try? String(contentsOfFile: $0.path, encoding: .utf8) }
        (trained.state, trained.reason, trained.needsHelp) = (.evaluating, "", false)
        try write([trained], &store)
        try? FileManager.default.removeItem(atPath: folder(of: record))
        return true
    }
}

/// The rounds of one name.
struct RoundSeries {
    /// Those of other names too.
    let everyRound: [RoundRecord]
    private let records: [Int: RoundRecord]

    init(_ name: String, among all: [RoundRecord]) {
        everyRound = all
        let own = all.filter { $0.name == name }
        records = Dictionary(uniqueKeysWithValues: own.map { ($0.number, $0) })
    }

    /// Whether a campaign's candidates came from the policy that a round starts from.
    func isOnPolicy(_ record: RoundRecord, _ campaign: Campaign) -> Bool {
        let policy = HashedFile(campaign.generate.adapter)
        return policy?.sha256 == adapter(of: record.start)?.sha256
    }

    subscript(number: Int) -> RoundRecord? { records[number] }

    /// The adapter that a round trained; of 0, what the first one starts from; nil for none.
    func adapter(of number: Int) -> HashedFile? {
        if number > 0 { return records[number]?.adapter }
        return records[1].flatMap { HashedFile($0.round.policy.adapter) }
    }
}

extension CampaignFacts.Phase {
    init(_ listing: CampaignListing) {
        switch listing.state {
        case .running, .cancelling: self = .open
        case .completed: self = .completed
        case .cancelled, .deleting: self = .cancelled
        case .paused, .halted:
            self = .stopped(
                "\(listing.state)" + (listing.reason.isEmpty ? "" : ": \(listing.reason)"))
        }
    }
}
