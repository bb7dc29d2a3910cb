import Words

/// Reads prompt rows from a csv file whose first record names the columns.
struct CSVPrompts {
    let text: String
    let columns: Campaign.Columns
    let limit: Int
    let examples: ExampleList

    func rows() -> [PromptRow] {
        var reader = CSVReader(text)
        var rows: [PromptRow] = []
        do {
            guard let header = try reader.next(), let places = places(in: header) else { return [] }
            while rows.count < limit, let record = try reader.next() {
                guard record.fields.count == header.fields.count else {
                    examples.report(
                        "fields", line: record.line,
                        "has \(record.fields.count) fields where the header has "
                            + "\(header.fields.count); quote fields that hold commas")
                    continue
                }
                rows.append(
                    PromptRow(
                        line: record.line, id: places.id.map { record.fields[$0] },
                        text: record.fields[places.text],
                        video: places.video.map { record.fields[$0] },
                        audio: places.audio.map { record.fields[$0] }))
            }
        } catch {
            examples.report("syntax", line: error.line, error.message)
        }
        return rows
    }

    private struct Places {
        var id: Int?
        var text: Int
        var video: Int?
        var audio: Int?
    }

    private func places(in header: CSVReader.Record) -> Places? {
        let names = header.fields.map { String($0.trimmingPrefix(" ")) }
        var isComplete = true
        func place(_ name: String?, _ path: String) -> Int? {
            guard let name else { return nil }
            if let index = names.firstIndex(of: name) {
                if names.lastIndex(of: name) != index {
                    examples.report(
                        "twice", line: header.line, path: "columns.\(path)",
                        "column '\(name)' is there twice; rename one")
                }
                return index
            }
            isComplete = false
            examples.report(
                "column", line: header.line, path: "columns.\(path)",
                "no column '\(name)'; \(hint(for: name, among: names))")
            return nil
        }
        let id = columns.id == nil ? names.firstIndex(of: "id") : place(columns.id, "id")
        let text = place(columns.text, "text")
        let video = place(columns.referenceVideo, "reference_video")
        let audio = place(columns.referenceAudio, "reference_audio")
        guard isComplete, let text else { return nil }
        return Places(id: id, text: text, video: video, audio: audio)
    }
}
