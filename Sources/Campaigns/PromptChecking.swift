import FoundationEssentials

/// Makes prompts of rows and reports every row that is none.
struct PromptChecking {
    let folder: String
    let needsGroundTruth: Bool
    let examples: ExampleList

    func prompts(of rows: [PromptRow]) -> [PlacedPrompt] {
        var lines: [String: Int] = [:]
        lines.reserveCapacity(rows.count)
        var prompts: [PlacedPrompt] = []
        prompts.reserveCapacity(rows.count)
        for row in rows {
            let key = key(of: row, number: row.number)
            if let earlier = lines[key] {
                examples.report(
                    "duplicate", line: row.line, path: "id",
                    "'\(key.excerpt)' is taken by line \(earlier); ids must differ")
            } else {
                lines[key] = row.line
            }
            // A row without a text was reported where it was read.
            guard let text = row.text else { continue }
            if text.allSatisfy(\.isWhitespace) {
                examples.report(
                    "empty text", line: row.line, path: "text", "is empty; give the prompt a text")
            }
            let prompt = Prompt(key: key, text: text, groundTruth: groundTruth(of: row))
            prompts.append(PlacedPrompt(prompt: prompt, line: row.line))
        }
        return prompts
    }

    private func key(of row: PromptRow, number: Int) -> String {
        guard let id = row.id, !id.allSatisfy(\.isWhitespace) else {
            let digits = String(number)
            return "p" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        }
        let isKey =
            id.utf8.count <= 200
            && id.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        if !isKey {
            examples.report(
                "id", line: row.line, path: "id",
                "'\(id.excerpt)' is longer than 200 bytes or has control characters; shorten it")
        }
        return id
    }

    private func groundTruth(of row: PromptRow) -> Prompt.GroundTruth? {
        let video = file(row.video, of: row, path: "reference_video")
        let audio = file(row.audio, of: row, path: "reference_audio")
        if video == nil, audio == nil {
            if needsGroundTruth {
                examples.report(
                    "no ground truth", line: row.line, path: "reference_video",
                    "is empty, but include_reference needs every prompt's ground truth; name a "
                        + "clip, leave the prompt out, or set generate.include_reference to false")
            }
            return nil
        }
        return Prompt.GroundTruth(video: video, audio: audio)
    }

    private func file(_ name: String?, of row: PromptRow, path: String) -> String? {
        guard let name, !name.allSatisfy(\.isWhitespace) else { return nil }
        let file = absolutePath(name, in: folder)
        guard needsGroundTruth else { return file }
        var isFolder = false
        let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
        if !exists {
            examples.report(
                "missing", line: row.line, path: path,
                "\(file) does not exist; paths are relative to the prompts file")
        } else if isFolder || !FileManager.default.isReadableFile(atPath: file) {
            examples.report(
                "unreadable", line: row.line, path: path,
                "\(file) cannot be read; check that it is a file and its permissions")
        }
        return file
    }
}
