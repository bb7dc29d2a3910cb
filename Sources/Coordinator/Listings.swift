import FoundationEssentials
import Linux
import Scheduling
import Store
import Wire

/// Answers listings from the rows of the store and from what the machine knows.
struct Listings: ~Copyable {
    private let artifacts: String
    private let database: String
    private var store: Store?
    private let encoder: JSONEncoder

    init(database: String, artifacts: String) {
        self.database = database
        self.artifacts = artifacts
        encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Answers one listing; a lost connection is opened anew for the next.
    mutating func answer(_ query: Query, _ live: LiveState) -> Reply {
        do {
            var store = try self.store.take() ?? Store(database)
            let reply = try answer(query, live, &store)
            self.store = consume store
            return reply
        } catch let problem as ListingProblem {
            return .problem(problem.code, problem.message)
        } catch let error as StoreError where error.isUnavailable {
            return .problem(.unavailable, "the database does not answer now: \(error)")
        } catch {
            return .problem(.failed, "\(error)")
        }
    }

    private func answer(_ query: Query, _ live: LiveState, _ store: inout Store) throws -> Reply {
        switch query {
        case .status:
            guard let status = live.status else { return .problem(.failed, "no status") }
            return try json(status)
        case .workers: return try json(try workers(live, &store))
        case .campaigns:
            var rows: [Answers.Campaign] = []
            while true {
                let page = try store.campaigns(after: rows.last?.id ?? 0, limit: 1000)
                for listing in page { rows.append(try campaign(listing, live, &store)) }
                if page.count < 1000 { return try json(rows) }
            }
        case .campaign(let selector):
            return try json(try campaign(try find(selector, &store), live, &store))
        case .tasks(let selector, _, let after, let limit):
            let listing = try find(selector, &store)
            let tasks = try store.tasks(
                TaskFilter(campaign: listing.id),
                after: after > 0 ? TaskID(rawValue: after) : nil, limit: Int(limit))
            return try json(tasks.map { Answers.Task($0, campaign: listing.name) })
        case .task(let number): return try json(try task(number, live, &store))
        case .pairs(let selector, _, _, let limit):
            return try json(try pairs(try find(selector, &store), Int(limit), &store))
        case .campaignFile, .why, .cost, .log, .worker, .events:
            return .problem(.usage, "this coordinator does not answer that yet")
        }
    }

    private func json(_ answer: some Encodable) throws -> Reply {
        .answer(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }

    private func find(_ selector: String, _ store: inout Store) throws -> CampaignListing {
        guard let listing = try store.campaign(selector) else {
            throw ListingProblem(
                code: .notFound,
                message: "there is no campaign \(selector); `duet campaign list` shows all of them")
        }
        return listing
    }

    private func word<Word>(_ text: String, _ read: (String) -> Word?) throws -> Word? {
        if text.isEmpty { return nil }
        guard let word = read(text) else {
            throw ListingProblem(
                code: .usage, message: "\"\(text)\" is not a state or kind of tasks")
        }
        return word
    }

    /// Counts of a campaign that runs come from the machine: they cost nothing there.
    private func campaign(
        _ listing: CampaignListing, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.Campaign {
        var kinds: [String: Answers.Counts] = [:]
        if let counts = live.counts[listing.id] {
            for (kind, counts) in counts { kinds["\(kind)"] = counts }
        } else {
            for counts in try store.counts(of: listing.id) {
                kinds["\(counts.kind)"] = Answers.Counts(counts)
            }
        }
        let ranking = try store.ranking(of: listing.id)
        var answer = Answers.Campaign(
            id: listing.id, name: listing.name, state: "\(listing.state)")
        answer.reason = listing.reason
        answer.priority = listing.priority
        answer.weight = listing.weight
        answer.createdAt = iso8601(listing.createdAt)
        answer.finishedAt = listing.finishedAt.map(iso8601)
        answer.prompts = listing.prompts
        answer.tasks = kinds.values.reduce(Answers.Counts(), +)
        answer.kinds = kinds
        answer.pairs = ranking?.pairs
        return answer
    }

    private func workers(_ live: LiveState, _ store: inout Store) throws -> [Answers.Worker] {
        let attached = Set(live.workers.map(\.id))
        let rest = try store.workers().filter { !attached.contains($0.id) }
        let all = live.workers.map { Answers.Worker($0) } + rest.map { Answers.Worker($0) }
        return all.sorted { $0.id < $1.id }
    }

    private func task(
        _ number: Int64, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.TaskDetail {
        guard number > 0, let found = try store.task(TaskID(rawValue: number)) else {
            let reason = live.explanation.map { "; \($0.sentence)" } ?? ""
            throw ListingProblem(
                code: .notFound, message: "task \(number) has no row yet\(reason)")
        }
        let listing = found.task
        let campaign = try store.campaign("\(listing.id.campaign)")
        var explanation = live.explanation?.sentence ?? ""
        if live.explanation == nil || live.explanation == .notOpen {
            let error = listing.error?.split(separator: "\n").first.map { ": \($0)" } ?? ""
            explanation = "it has ended as \(listing.state)\(error)"
        }
        return Answers.TaskDetail(
            task: Answers.Task(listing, campaign: campaign?.name ?? ""),
            explanation: [explanation],
            attempts: found.attempts.map { attempt in
                Answers.Attempt(
                    epoch: attempt.attempt.epoch, number: attempt.attempt.number,
                    worker: attempt.worker, outcome: attempt.outcome,
                    startedAt: attempt.startedAt.map(iso8601),
                    endedAt: attempt.endedAt.map(iso8601), message: attempt.message)
            },
            resources: Answers.Resources(), logTail: "",
            logFolder: "\(artifacts)/logs/\(listing.id.campaign)/\(listing.id.rawValue)")
    }

    private func pairs(
        _ listing: CampaignListing, _ limit: Int, _ store: inout Store
    ) throws -> [Answers.Pair] {
        guard let ranking = try store.ranking(of: listing.id) else { return [] }
        let pairs = try store.pairs(of: ranking.id, limit: limit)
        let media = try store.candidateMedia(of: pairs.flatMap { [$0.winner, $0.loser] })
        return pairs.map { pair in
            Answers.Pair(
                id: Int64(pair.number) << 16 | Int64(pair.place), prompt: pair.prompt,
                winner: pair.winner.rawValue, loser: pair.loser.rawValue,
                winnerOrdinal: Int32(pair.winnerOrdinal), loserOrdinal: Int32(pair.loserOrdinal),
                margin: pair.margin,
                margins: Dictionary(
                    uniqueKeysWithValues: zip(ranking.modalities, pair.margins)),
                winnerPath: media[pair.winner]?.first?.path,
                loserPath: media[pair.loser]?.first?.path)
        }
    }
}

/// Why a listing cannot be given.
private struct ListingProblem: Error {
    var code: ProblemCode
    var message: String
}
