import Foundation

/// Text in columns: as wide as the widest cell, numbers to the right.
struct Table {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// Prints it; cells that are too long are cut with an ellipsis.
    func show(limit: Int = 60) {
        let cut = rows.map { $0.map { $0.count > limit ? $0.prefix(limit - 1) + "…" : $0 } }
        let widths = (cut.first ?? []).indices.map { column in
            cut.map { $0[column].count }.max() ?? 0
        }
        for row in cut {
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                let isNumber = !row[column].isEmpty && Double(row[column]) != nil
                return isNumber ? space + row[column] : row[column] + space
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            print(line)
        }
    }
}

/// Reads an answer's JSON.
func decodeAnswer<Answer: Decodable>(_ type: Answer.Type, from json: Data) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: json)
}

/// Prints an answer's JSON as it came.
func printJSON(_ json: Data) { print(String(decoding: json, as: UTF8.self)) }
