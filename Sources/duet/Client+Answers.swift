import Console
import Foundation
import Wire
import Words

extension Client {
    /// Asks for an answer as values, which keep whatever fields the coordinator knows.
    mutating func value(_ query: Query, patience: Int64 = 60_000) throws -> Value {
        let json = try self.query(query, patience: patience)
        do throws(JSONError) {
            return try Value(json: json)
        } catch {
            throw Failure.work("the coordinator's answer makes no sense: \(error)")
        }
    }

    /// Asks for an answer of a known form.
    mutating func answer<Answer: Decodable>(
        _ type: Answer.Type, to query: Query, patience: Int64 = 60_000
    ) throws -> Answer {
        try decodeAnswer(type, from: self.query(query, patience: patience))
    }

    /// Asks for something and returns the sentence that says what was done.
    mutating func done(_ request: Request) throws -> String {
        guard case .done(let sentence) = try ask(request, patience: 60_000) else {
            throw Failure.work("the coordinator's answer makes no sense")
        }
        return sentence
    }

    /// The campaigns that a selector means, such as `3-7,9`, `last`, `all` or a name.
    mutating func campaigns(_ selector: String) throws -> [Value] {
        try select(selector, among: try value(.campaigns).list, noun: "campaign")
    }

    /// The one campaign that a selector means.
    mutating func campaign(_ selector: String) throws -> Value {
        let found = try campaigns(selector)
        guard found.count == 1, let only = found.first else {
            throw Failure.usage(
                "\(selector) means \(found.count) campaigns, and this shows one; "
                    + "`duet campaign list` shows all of them")
        }
        return only
    }

    /// The workers that a selector means.
    mutating func workers(_ selector: String) throws -> [Value] {
        try select(selector, among: try value(.workers).list, noun: "worker")
    }
}

/// Rows that a selector means; a failure says what there is instead.
func select(
    _ selector: String, among rows: [Value], noun: String
) throws -> [Value] {
    let candidates = rows.map {
        Selector.Candidate(id: $0["id"].integer ?? 0, name: $0["name"].plain)
    }
    do throws(Selector.Failure) {
        return try Selector(selector).places(in: candidates).map { rows[$0] }
    } catch {
        switch error {
        case .none(let word):
            throw Failure.notFound(
                "there is no \(noun) \(word); `duet \(noun) list` shows all of them")
        case .several(let word, let names):
            let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
            throw Failure.usage(
                "\(counted(names.count, noun)) begin with \(word) (\(some)); write more of the "
                    + "name, or a number of `duet \(noun) list`")
        }
    }
}

/// Reads an answer's JSON.
func decodeAnswer<Answer: Decodable>(_ type: Answer.Type, from json: Data) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: json)
}
