import Foundation
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
            switch query {
            case .status:
                guard let status = live.status else { return .problem(.failed, "no status") }
                return try json(status)
            case .workers:
                return try json(live.workers.map { Answers.Worker($0) })
            default: return .problem(.failed, "not yet")
            }
        } catch {
            return .problem(.failed, "\(error)")
        }
    }

    private func json(_ answer: some Encodable) throws -> Reply {
        .answer(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
}

extension Answers.Worker {
    init(_ status: WorkerStatus) {
        self.init(
            id: status.id, name: status.identity,
            state: status.isAttached ? "\(status.state)" : "awaited", node: status.node,
            slots: status.slots, running: status.running, prefetched: status.prefetched,
            resident: status.resident, silenceMs: status.isAttached ? status.silence : nil,
            cordoned: status.isCordoned)
    }
}
