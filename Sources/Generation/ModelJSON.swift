public import FoundationEssentials

extension ModelDescription {
    /// Reads `model.json`; a key that is missing, unknown or contradicts another is an error.
    public init(json: Data, file: String) throws(ModelError) {
        let found: [String]
        do {
            self = try JSONDecoder().decode(ModelDescription.self, from: json)
            let given = try JSONDecoder().decode(Keys.self, from: json)
            let known = try JSONDecoder().decode(Keys.self, from: JSONEncoder().encode(self))
            found = given.paths.subtracting(known.paths).sorted().map {
                "there is no key \($0); remove it"
            }
        } catch let error as DecodingError {
            throw ModelError(.broken, "\(file): \(sentence(error))")
        } catch {
            throw ModelError(.broken, "\(file): \(error)")
        }
        let problems = found.isEmpty ? contradictions : found
        guard problems.isEmpty else {
            throw ModelError(.broken, "\(file): \(problems.joined(separator: "; "))")
        }
    }

    /// The text of `model.json`, keys sorted.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

/// The paths of all keys of a JSON text.
private struct Keys: Decodable {
    var paths: Set<String> = []

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        guard let values = try? decoder.container(keyedBy: Name.self) else { return }
        for key in values.allKeys {
            paths.insert(key.stringValue)
            let inner = try values.decode(Keys.self, forKey: key)
            paths.formUnion(inner.paths.map { "\(key.stringValue).\($0)" })
        }
    }
}

/// Says where a JSON text does not fit.
private func sentence(_ error: DecodingError) -> String {
    func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "it" : keys.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
        return "\(path(context.codingPath + [key])) is missing"
    case .typeMismatch(let type, let context):
        return "\(path(context.codingPath)) is not \(words(for: type))"
    case .valueNotFound(let type, let context):
        return "\(path(context.codingPath)) is null instead of \(words(for: type))"
    case .dataCorrupted(let context):
        return context.codingPath.isEmpty
            ? "it is not JSON" : "\(path(context.codingPath)) \(context.debugDescription)"
    @unknown default: return "it is not JSON"
    }
}

private func words(for type: any Any.Type) -> String {
    if type == String.self { return "a text" }
    if type == Bool.self { return "true or false" }
    if type == Int.self { return "a whole number" }
    if type == Double.self || type == Float.self { return "a number" }
    return "of the right kind"
}
