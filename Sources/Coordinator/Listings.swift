import Filters
import FoundationEssentials
import Linux
import Scheduling
import Store
import Wire

/// Answers listings from the rows of the store and from what the machine knows.
struct Listings: ~Copyable {
    let artifacts: String
    private let database: String
    private var store: Store?
    private let encoder: JSONEncoder

    init(database: String, artifacts: String) {
        self.database = database
        self.artifacts = artifacts
        encoder = Self.encoder()
    }

    /// Writes answers as they travel.
    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// Answers one listing; a lost connection is opened anew for the next.
    mutating func answer(_ query: Query, _ live: LiveState) -> Reply {
        do {
            var store = try self.store.take() ?? Store(database)
            let reply: Reply
            do { reply = try answer(query, live, &store) } catch { reply = Self.reply(to: error) }
            if !store.isBroken { self.store = consume store }
            return reply
        } catch {
            return Self.reply(to: error)
        }
    }

    static func reply(to error: any Error) -> Reply {
        switch error {
        case let problem as Problem: problem.reply
        case let error as FilterError: .problem(.usage, "\(error)")
        case StoreError.notFound(let message): .problem(.notFound, message)
        case StoreError.conflict(let message): .problem(.conflict, message)
        case let error as StoreError where error.isUnavailable:
            .problem(.unavailable, "the database does not answer now: \(error)")
        default: .problem(.failed, "\(error)")
        }
    }

    private func answer(_ query: Query, _ live: LiveState, _ store: inout Store) throws -> Reply {
        switch query {
        case .status: return try json(try status(live, &store))
        case .campaigns: return try json(try campaigns(live, &store))
        case .campaign(let selector):
            return try json(try campaign(try find(selector, live, &store), live, &store))
        case .campaignFile(let selector):
            let listing = try find(selector, live, &store)
            guard let file = try store.campaignFile(listing.id) else { throw gone(selector) }
            return .answer(file)
        case .why(let selector):
            return try json(try why(try find(selector, live, &store), live, &store))
        case .cost(let selector):
            return try json(try cost(try find(selector, live, &store), &store))
        case .tasks(let selector, let text, let after, let limit):
            let filter = try Filter(parsing: text, columns: ListingColumns.tasks)
            let campaign =
                selector.isEmpty ? nil : try find(selector, live, &store).id
            let tasks = try store.tasks(
                of: campaign, filter, after: after > 0 ? TaskID(rawValue: after) : nil,
                limit: Int(limit))
            return try json(tasks.map { Answers.Task($0) })
        case .task(let number): return try json(try task(number, live, &store))
        case .log(let task, let attempt, let after):
            return try json(try log(task, attempt, after, live))
        case .workers: return try json(try workers(live, &store))
        case .worker(let selector): return try json(try worker(selector, live, &store))
        case .pairs, .rankings, .ranking, .rankingStatistics, .rankingDifference, .prompt,
            .exportHeader, .exportPairs:
            return try answerRankings(query, live, &store)
        case .rounds, .round, .adapters, .lineage, .comparison:
            return try json(try answerRounds(query, live, &store))
        case .events(let selector, let text, let after, let limit):
            let filter = try Filter(parsing: text, columns: ListingColumns.events)
            let campaign = selector.isEmpty ? nil : try find(selector, live, &store).id
            let events = try store.events(
                of: campaign, filter, after: after, limit: Int(limit))
            return try json(events.map { Answers.Event($0) })
        }
    }

    /// Answers what is asked of rankings and pairs.
    private func answerRankings(
        _ query: Query, _ live: LiveState, _ store: inout Store
    ) throws -> Reply {
        switch query {
        case .pairs(let selector, let name, let text, let after, let limit):
            let listing = try find(selector, live, &store)
            return try json(
                try pairs(listing, ranking: name, text, after, Int(limit), &store))
        case .rankings(let selector):
            let listing = try find(selector, live, &store)
            return try json(
                try store.rankings(of: listing.id).map {
                    Answers.Ranking($0, of: listing.name)
                })
        case .ranking(let selector, let name):
            let listing = try find(selector, live, &store)
            return try json(
                Answers.Ranking(try ranking(name, of: listing, &store), of: listing.name))
        case .rankingStatistics(let selector, let name):
            let listing = try find(selector, live, &store)
            return try json(try store.report(of: ranking(name, of: listing, &store).id))
        case .rankingDifference(let selector, let first, let second):
            let listing = try find(selector, live, &store)
            let one = try ranking(first, of: listing, &store)
            let other = try ranking(second, of: listing, &store)
            return try json(try store.compare(one.id, other.id))
        case .prompt(let selector, let name, let key):
            return try json(try prompt(find(selector, live, &store), name, key, &store))
        case .exportHeader(let selector, let name):
            return try json(try exportHeader(find(selector, live, &store), name, &store))
        case .exportPairs(let selector, let name, let text, let after, let limit):
            return try json(
                try exportPairs(
                    find(selector, live, &store), name, text, after, Int(limit), &store))
        default: throw Problem(code: .usage, message: "this is not asked of rankings")
        }
    }

    private func json(_ answer: some Encodable) throws -> Reply {
        .answer(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }

    func find(
        _ selector: String, _ live: LiveState, _ store: inout Store
    ) throws -> CampaignListing {
        let id = try Selection.campaign(selector, among: live.names)
        guard let listing = try store.campaign(numbered: id) else { throw gone(selector) }
        return listing
    }

    private func gone(_ selector: String) -> Problem {
        Problem(code: .notFound, message: "campaign \(selector) is being deleted")
    }

    private func status(_ live: LiveState, _ store: inout Store) throws -> Answers.Status {
        guard var status = live.status else {
            throw Problem(code: .failed, message: "the coordinator does not know its status")
        }
        let started = Clock.monotonic
        try store.ping()
        status.databaseMs = Double((Clock.monotonic - started) / 1000) / 1000
        status.wallClock = iso8601(Clock.wall)
        return status
    }
}
