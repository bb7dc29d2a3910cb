import FoundationEssentials
import Words

/// Reads prompt rows from a file of one JSON object per line.
struct JSONLinesPrompts {
    let text: String
    let columns: Campaign.Columns
    let limit: Int
    let examples: ExampleList

    func rows() -> [PromptRow] {
        let decoder = JSONDecoder()
        var rows: [PromptRow] = []
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard rows.count < limit else { break }
            let isBlank = line.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
            guard !isBlank else { continue }
            do {
                let object = try decoder.decode(LineObject.self, from: Data(line))
                rows.append(row(of: object, line: index + 1))
            } catch {
                examples.report(
                    "syntax", line: index + 1, "is not a JSON object; write one object per line")
            }
        }
        return rows
    }

    private func row(of object: LineObject, line: Int) -> PromptRow {
        func text(_ name: String?, _ path: String) -> String? {
            guard let name, let value = object.values[name] else { return nil }
            switch value {
            case .text(let text): return text
            case .null: return nil
            case .number(let number) where path == "id": return String(number)
            case .number, .other:
                examples.report(
                    "type \(path)", line: line, path: path, "expected a text in '\(name)'")
                return nil
            }
        }
        let found = text(columns.text, "text")
        if found == nil, object.values[columns.text] == nil {
            examples.report(
                "no text", line: line, path: "text",
                "no '\(columns.text)'; \(hint(for: columns.text, among: Array(object.values.keys)))"
            )
        } else if found == nil, case .null = object.values[columns.text] {
            examples.report(
                "empty text", line: line, path: "text", "is empty; give the prompt a text")
        }
        return PromptRow(
            line: line, id: text(columns.id ?? "id", "id"), text: found,
            video: text(columns.referenceVideo, "reference_video"),
            audio: text(columns.referenceAudio, "reference_audio"))
    }
}

/// One line's object; values that prompts cannot use are only known to be there.
private struct LineObject: Decodable {
    enum Value {
        case text(String)
        case number(Int64)
        case null
        case other
    }

    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    var values: [String: Value] = [:]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            if let text = try? container.decode(String.self, forKey: key) {
                values[key.stringValue] = .text(text)
            } else if let number = try? container.decode(Int64.self, forKey: key) {
                values[key.stringValue] = .number(number)
            } else {
                let isNull = (try? container.decodeNil(forKey: key)) ?? false
                values[key.stringValue] = isNull ? .null : .other
            }
        }
    }
}
