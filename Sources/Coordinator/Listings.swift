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
        encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
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

    private static func reply(to error: any Error) -> Reply {
        switch error {
        case let problem as Problem: problem.reply
        case let error as FilterError: .problem(.usage, "\(error)")
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
        case .pairs(let selector, let text, let after, let limit):
            let listing = try find(selector, live, &store)
            return try json(try pairs(listing, text, after, Int(limit), &store))
        case .events(let selector, let text, let after, let limit):
            let filter = try Filter(parsing: text, columns: ListingColumns.events)
            let campaign = selector.isEmpty ? nil : try find(selector, live, &store).id
            let events = try store.events(
                of: campaign, filter, after: after, limit: Int(limit))
            return try json(events.map { Answers.Event($0) })
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

    private func pairs(
        _ listing: CampaignListing, _ text: String, _ after: Int64, _ limit: Int,
        _ store: inout Store
    ) throws -> [Answers.Pair] {
        guard let ranking = try store.ranking(of: listing.id) else { return [] }
        let filter = try Filter(
            parsing: text, columns: ListingColumns.pairs(modalities: ranking.modalities))
        let place = (
            number: after > 0 ? Int32(truncatingIfNeeded: after >> 16) : -1,
            place: after > 0 ? Int16(truncatingIfNeeded: after & 0x7FFF) : 0
        )
        let pairs = try store.pairs(of: ranking, filter, after: place, limit: limit)
        let media = try store.candidateMedia(of: pairs.flatMap { [$0.winner, $0.loser] })
        return pairs.map { Answers.Pair($0, ranking.modalities, media) }
    }
}
