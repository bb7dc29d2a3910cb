import Scheduling
import Wire
import Words

/// Why something cannot be answered or done.
struct Problem: Error {
    var code: ProblemCode
    var message: String

    var reply: Reply { .problem(code, message) }
}

/// Finds what a person names: by its name, by its number, or by the beginning of one name only.
enum Selection {
    static func campaign(
        _ selector: String, among names: [CampaignID: String]
    ) throws(Problem) -> CampaignID {
        try find(selector, names.map { ($0.value, $0.key) }, "campaign", "duet campaign list")
    }

    static func worker(
        _ selector: String, among numbers: [String: WorkerID]
    ) throws(Problem) -> WorkerID {
        try find(selector, numbers.map { ($0.key, $0.value) }, "worker", "duet worker list")
    }

    private static func find(
        _ selector: String, _ known: [(name: String, id: Int32)], _ noun: String, _ list: String
    ) throws(Problem) -> Int32 {
        if let exact = known.first(where: { $0.name == selector }) { return exact.id }
        if let number = Int32(selector), known.contains(where: { $0.id == number }) {
            return number
        }
        let found =
            selector.isEmpty
            ? [] : known.filter { $0.name.hasPrefix(selector) }.sorted { $0.name < $1.name }
        if found.count == 1 { return found[0].id }
        guard found.isEmpty else {
            throw Problem(
                code: .usage,
                message: "`\(selector)` is the beginning of \(counted(found.count, noun)): "
                    + "\(listed(found.map(\.name), most: 8)); write more of the name")
        }
        throw Problem(
            code: .notFound,
            message: "there is no \(noun) `\(selector)`; `\(list)` shows all of them")
    }
}
