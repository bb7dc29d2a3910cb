import FoundationEssentials
import Scheduling

/// JSON columns: encoded with sorted keys, decoded with an error that names the row.
enum JSONText {
    static func encode(_ value: some Encodable) throws(StoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unreadable("a value cannot be written as JSON: \(error)")
        }
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, _ text: String, of row: String
    ) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .unreadable("\(row) cannot be read by this version of duet: \(error)")
        }
    }

    /// A candidate's files; written by hand because one is needed for every candidate.
    static func media(_ media: [Media]) -> String {
        if media.isEmpty { return "[]" }
        var text = "["
        for file in media {
            if text.utf8.count > 1 { text += "," }
            text += "{\"role\":"
            append(file.role, to: &text)
            text += ",\"path\":"
            append(file.path, to: &text)
            text += ",\"sha256\":"
            append(file.sha256, to: &text)
            text += "}"
        }
        return text + "]"
    }

    private static func append(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}": text += "\u{fffd}"
            case "\u{1}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension String {
    /// Words of an engine or a worker as a text column takes them: without zero bytes, which
    /// Postgres refuses, and not endless.
    var storable: String {
        let limit = 8192
        if utf8.count <= limit, !utf8.contains(0) { return self }
        return String(decoding: utf8.prefix(limit).map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
    }
}
