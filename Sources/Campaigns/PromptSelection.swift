/// Leaves out what a campaign excludes and what repeats earlier prompts, and says so.
struct PromptSelection {
    let rule: Campaign.Prompts
    let file: String
    let notes: ProblemList

    /// Drops repeated prompts where the campaign asks for it, and notes them where it does not.
    func distinct(_ prompts: [PlacedPrompt], lookingForNearDuplicates: Bool) -> [PlacedPrompt] {
        let texts = prompts.map { NormalisedText($0.prompt.text) }
        let ofAll = "of \(prompts.count) prompts"
        let advice = "set prompts.dedupe to drop them"
        let equal = repeated(prompts, texts)
        note(equal.map { ($0.line, $0.text) }) { count, lines in
            let text = "the text of an earlier one: \(lines)"
            return rule.dedupe == nil
                ? "\(count) \(ofAll) \(count == 1 ? "repeats" : "repeat") \(text); \(advice)"
                : "dropped \(count) \(ofAll) for repeating \(text)"
        }
        var left = Array(repeating: true, count: prompts.count)
        for found in equal { left[found.index] = false }
        let dropsSimilar = rule.dedupe?.method == .minhash
        if dropsSimilar || lookingForNearDuplicates {
            let settings = dropsSimilar ? rule.dedupe ?? .init() : .init()
            let percent = Quantity.text((settings.threshold * 1000).rounded() / 10)
            let shares = "at least \(percent) % of the \(settings.ngram)-word shingles"
            let similar = similar(prompts, texts, settings, among: left)
            note(similar.map { ($0.line, $0.text) }) { count, lines in
                let shingles = "\(shares) of an earlier one: \(lines)"
                return dropsSimilar
                    ? "dropped \(count) \(ofAll) for sharing \(shingles)"
                    : "\(count) \(ofAll) \(count == 1 ? "shares" : "share") \(shingles); \(advice)"
            }
            if dropsSimilar { for found in similar { left[found.index] = false } }
        }
        return rule.dedupe == nil ? prompts : zip(prompts, left).filter(\.1).map(\.0)
    }

    /// A prompt that repeats an earlier one, and how a note names it.
    private struct Repetition {
        var index: Int
        var line: Int
        var text: String
    }

    private func repeated(_ prompts: [PlacedPrompt], _ texts: [NormalisedText]) -> [Repetition] {
        var lines: [[UInt8]: Int] = [:]
        lines.reserveCapacity(prompts.count)
        var found: [Repetition] = []
        for (index, text) in texts.enumerated() {
            let line = prompts[index].line
            if let earlier = lines[text.key] {
                found.append(
                    Repetition(index: index, line: line, text: "\(line) (as \(earlier))"))
            } else {
                lines[text.key] = line
            }
        }
        return found
    }

    private func similar(
        _ prompts: [PlacedPrompt], _ texts: [NormalisedText], _ settings: Campaign.Dedupe,
        among left: [Bool]
    ) -> [Repetition] {
        var search = NearDuplicates(threshold: settings.threshold)
        var found: [Repetition] = []
        for index in prompts.indices where left[index] {
            let shingles = texts[index].shingles(of: settings.ngram)
            guard let match = search.match(shingles, index: index) else { continue }
            let percent = Int((match.similarity * 100).rounded())
            let line = prompts[index].line
            found.append(
                Repetition(
                    index: index, line: line,
                    text: "\(line) (\(percent) % of \(prompts[match.index].line))"))
        }
        return found
    }

    /// Returns the rows whose texts are in none of the excluded files.
    func included(_ rows: [PromptRow], excluding lists: [ExcludedTexts]) -> [PromptRow] {
        guard !lists.isEmpty else { return rows }
        var excluded = Array(repeating: [(line: Int, text: String)](), count: lists.count)
        let left = rows.filter { row in
            guard let text = row.text else { return true }
            let key = NormalisedText(text).key
            guard let list = lists.firstIndex(where: { $0.texts.contains(key) }) else {
                return true
            }
            excluded[list].append((row.line, "\(row.line)"))
            return false
        }
        for (index, list) in lists.enumerated() {
            if excluded[index].isEmpty {
                notes.report(
                    Place(file: list.file, line: 0), "prompts.exclude",
                    "excludes none of \(rows.count) prompts; check that it is the file you mean")
            }
            note(excluded[index]) {
                "excluded \($0) of \(rows.count) prompts, found in \(list.name): "
                    + "\($1)"
            }
        }
        return left
    }

    private func note(
        _ found: [(line: Int, text: String)], _ message: (Int, String) -> String
    ) {
        guard let first = found.first else { return }
        let shown = found.prefix(ExampleList.limit).map(\.text)
        notes.report(
            Place(file: file, line: first.line), "",
            message(
                found.count,
                (found.count == 1 ? "line " : "lines ")
                    + ExampleList.named(shown, of: found.count)))
    }
}

/// The texts of a file of prompts that must not take part.
struct ExcludedTexts {
    /// The file as the campaign names it.
    var name: String
    var file: String
    var texts: Set<[UInt8]>
}
