import Campaigns
import Evaluations
import Foundation
import Rounds
import Scheduling
import Store
import Wire

/// Rounds, their adapters, and where these come from.
extension Listings {
    /// Answers what is asked of rounds.
    func answerRounds(
        _ query: Query, _ live: LiveState, _ store: inout Store
    ) throws -> any Encodable {
        switch query {
        case .rounds: return try rounds(&store)
        case .round(let selector): return try detail(of: selector, live, &store)
        case .adapters: return try adapters(&store)
        case .lineage(let selector):
            if let descent = try descent(of: selector, live, &store) { return descent }
            return try lineage(of: selector, &store)
        case .comparison(let before, let after):
            return try RoundKeeping.comparison(
                before: try find(before, live, &store).name,
                after: try find(after, live, &store).name, &store)
        default: throw Problem(code: .usage, message: "this is not asked of rounds")
        }
    }

    private func rounds(_ store: inout Store) throws -> [Answers.Round] {
        let rows = try store.rounds()
        let inUse = Self.inUse(rows.map(\.record))
        return rows.map { Answers.Round($0, isInUse: inUse[$0.record.name] == $0.record.number) }
    }

    /// The number of the round whose adapter is in use, by name.
    private static func inUse(_ records: [RoundRecord]) -> [String: Int] {
        var inUse: [String: Int] = [:]
        for record in records where record.state == .promoted {
            inUse[record.name] = max(inUse[record.name] ?? 0, record.number)
        }
        return inUse
    }

    private func detail(
        of selector: String, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.RoundDetail {
        let rows = try store.rounds()
        let record = try RoundChoice.find(selector, among: rows.map(\.record))
        guard let row = rows.first(where: { $0.record.label == record.label }) else {
            throw Problem(code: .notFound, message: "there is no round '\(selector)'")
        }
        let inUse = Self.inUse(rows.map(\.record))[record.name] == record.number
        var detail = Answers.RoundDetail(
            round: Answers.Round(row, isInUse: inUse), document: record.round.resolvedYAML())
        detail.dataset = record.dataset.flatMap(Self.json)
        detail.sha256 = record.adapter?.sha256
        (detail.training, detail.evaluation) = (record.training, record.evaluation)
        let training = RoundNames.training(record.name, record.number)
        if let listing = try store.campaign(training), listing.name == training {
            let media = try store.products(of: listing.id).last?.media ?? []
            detail.files = media.map { .init(role: $0.role, path: $0.path, sha256: $0.sha256) }
        }
        detail.files += record.exports.map {
            .init(role: $0.form, path: $0.path, sha256: $0.sha256, problem: $0.problem)
        }
        if let server = record.round.track?.mlflow {
            let told = try store.trackings().first {
                $0.name == record.name && $0.number == record.number
            }
            detail.tracking = .init(
                server: server, page: told?.page, problem: told?.problem ?? "")
        }
        var work = [("pairs", record.campaign), ("train", training)]
        if record.round.evaluate != nil {
            work.append(("before", RoundNames.evaluation(record.name, record.start)))
            work.append(("after", RoundNames.evaluation(record.name, record.number)))
        }
        if record.round.evaluate?.distances != nil {
            for (purpose, name) in work.suffix(2) {
                work.append(("\(purpose) distances", RoundNames.distances(of: name)))
            }
        }
        for (purpose, name) in work {
            detail.campaigns.append(try self.work(purpose, name, live, &store))
        }
        return detail
    }

    private static func json(_ value: some Encodable) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func work(
        _ purpose: String, _ name: String, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.RoundDetail.Work {
        var work = Answers.RoundDetail.Work(purpose: purpose, campaign: name)
        guard let listing = try store.campaign(name), listing.name == name else { return work }
        let campaign = try campaign(listing, live, &store)
        work.state = campaign.state
        work.done = campaign.tasks.ended
        work.tasks = campaign.tasks.total
        if purpose == "train" {
            work.task =
                TaskID(campaign: listing.id, prompt: TaskID.wholeCampaign, slot: 0).rawValue
        }
        return work
    }

    private func adapters(_ store: inout Store) throws -> [Answers.Adapter] {
        let rows = try store.rounds()
        let inUse = Self.inUse(rows.map(\.record))
        let products = try store.products()
        return rows.compactMap { row in
            let record = row.record
            guard let adapter = record.adapter else { return nil }
            let name = RoundNames.training(record.name, record.number)
            let made = products.last { $0.campaign == name }
            return Answers.Adapter(
                round: record.label, state: record.state.rawValue,
                isInUse: inUse[record.name] == record.number,
                model: record.dataset?.model ?? "",
                parent: record.start > 0 ? "\(record.name)/\(record.start)" : "",
                pairs: record.dataset?.train.pairs ?? 0, path: adapter.path,
                sha256: adapter.sha256, createdAt: iso8601(made?.createdAt ?? row.createdAt))
        }
    }
}

extension Answers.Round {
    init(_ row: RoundRow, isInUse: Bool) {
        let record = row.record
        self.init(
            name: record.name, number: record.number, state: record.state.rawValue,
            reason: record.reason, campaign: record.campaign, start: record.start,
            createdAt: iso8601(row.createdAt))
        self.isInUse = isInUse
        // Beyond the declared number, the campaign's growth started it.
        of = max(record.round.rounds, record.number)
        needsHelp = record.needsHelp
        pairs = record.dataset?.train.pairs
        adapter = record.adapter?.path
        let report = record.evaluation.flatMap { RoundReport(json: $0) }
        winRate = report?.comparison?.ranked?.total.wins?.rate
        gain = report?.comparison?.ranked?.total.gain?.value
        decidedAt = row.decidedAt.map(iso8601)
    }
}
