import Foundation

/// What every step of a training was like, as lines of JSON.
struct Curve: Sendable {
    let path: String

    /// Removes what stands behind a step, which will be taken again.
    func cut(after step: Int) throws(TrainingError) {
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            // A line that was being written when the process ended has no end.
            let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            let kept = whole.prefix(step).map { $0 + "\n" }.joined()
            try Data(kept.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw TrainingError("\(path): the curve cannot be written: \(error)", isRetryable: true)
        }
    }

    /// Adds a step.
    func add(_ record: StepRecord) throws(TrainingError) {
        do {
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: Data((record.json + "\n").utf8))
        } catch {
            throw TrainingError("\(path): the curve cannot be written: \(error)", isRetryable: true)
        }
    }

    /// Reads what was added, in the order of steps.
    func records() throws(TrainingError) -> [StepRecord] {
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return try text.split(separator: "\n").map { line in
                var values = try JSONDecoder().decode([String: Double?].self, from: Data(line.utf8))
                let (step, epoch) = (
                    values.removeValue(forKey: "step") ?? nil, values["epoch"] ?? nil
                )
                return StepRecord(
                    step: Int(step ?? 0), epoch: Int(epoch ?? 0),
                    values: values.sorted { $0.key < $1.key }
                        .compactMap { name, value in value.map { (name, $0) } })
            }
        } catch {
            throw TrainingError("\(path): the curve cannot be read: \(error)")
        }
    }

    /// Draws the curve beside it, as SVG.
    func draw(title: String) throws(TrainingError) {
        do {
            let picture = CurvePicture(try CurveFile.read(path), title: title).svg()
            let target = path.replacing(".jsonl", with: ".svg")
            try Data(picture.utf8).write(to: URL(filePath: target), options: .atomic)
        } catch {
            throw TrainingError("\(path): the curve cannot be drawn: \(error)", isRetryable: true)
        }
    }
}
