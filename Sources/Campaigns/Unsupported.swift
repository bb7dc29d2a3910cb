extension Campaign {
    /// What of the campaign this version cannot run yet, by field path and without places.
    ///
    /// The coordinator refuses such a campaign whoever sends it.
    public func unsupported() -> [Problem] {
        FileDocument.Content.campaign(self).unsupported(writtenAs: nil)
    }
}

extension FileDocument.Content {
    /// Returns what cannot run yet; places are those of the document it was read from.
    func unsupported(writtenAs document: DocumentNode?) -> [Problem] {
        var walk = UnsupportedWalk(document: document)
        switch self {
        case .campaign(let campaign):
            let table = Campaign.table
            walk.visit(
                table.write(campaign, only: \.mayBeRefused), .section(table.fields), [])
        case .round(let round):
            let table = Round.table
            walk.visit(table.write(round, only: \.mayBeRefused), .section(table.fields), [])
            if round.adapter.type == .full {
                walk.report(
                    [.key("adapter"), .key("type")],
                    "'full' is not supported yet in a round; use lora")
            }
        case .training: break
        }
        return walk.found.sorted { $0.line < $1.line }
    }
}

/// Compares what a document says with what its description says can run.
private struct UnsupportedWalk {
    let document: DocumentNode?
    var found: [Problem] = []

    enum Step {
        case key(String)
        case index(Int)
    }

    mutating func visit(_ node: DocumentNode, _ form: Form, _ path: [Step]) {
        switch (node.content, form) {
        case (.mapping(let entries), .section(let fields)):
            for field in fields where field.mayBeRefused {
                guard let entry = entries.first(where: { $0.key == field.key }) else { continue }
                let below = path + [.key(field.key)]
                if field.isSupported {
                    visit(entry.value, field.form, below)
                } else if entry.value != field.defaultNode {
                    report(below, refusal(of: entry.value, field))
                }
            }
        case (.sequence(let items), .list(let item, _)):
            for (index, value) in items.enumerated() {
                visit(value, item, path + [.index(index)])
            }
        case (.scalar(let text, _), .choice(let choices)):
            guard let choice = choices.first(where: { $0.word == text }), !choice.isSupported
            else { return }
            let others = choices.filter(\.isSupported).map(\.word).joined(separator: " or ")
            report(path, "'\(text)' is not supported yet; use \(others)")
        default:
            break
        }
    }

    mutating func report(_ path: [Step], _ message: String) {
        let place = place(of: path)
        found.append(
            Problem(file: place.file, line: place.line, path: text(of: path), message: message))
    }

    private func refusal(of value: DocumentNode, _ field: FileField) -> String {
        guard case .scalar(let text, _) = value.content, let usual = field.defaultText else {
            return "not supported yet; remove it"
        }
        return "'\(text.excerpt)' is not supported yet; use \(usual)"
    }

    /// Returns where the path's last known part is written.
    private func place(of path: [Step]) -> Place {
        guard var node = document else { return Place(file: "stored campaign", line: 0) }
        var place = node.place
        for step in path {
            switch (step, node.content) {
            case (.key(let key), .mapping(let entries)):
                guard let entry = entries.first(where: { $0.key == key }) else { return place }
                (node, place) = (entry.value, entry.place)
            case (.index(let index), .sequence(let items)):
                guard items.indices.contains(index) else { return place }
                (node, place) = (items[index], items[index].place)
            default:
                return place
            }
        }
        return place
    }

    private func text(of path: [Step]) -> String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}

extension Form {
    /// Whether there is a value of this form that this version reads and cannot run.
    var mayBeRefused: Bool {
        switch self {
        case .section(let fields): fields.contains(where: \.mayBeRefused)
        case .list(let item, _): item.mayBeRefused
        case .choice(let choices): choices.contains { !$0.isSupported }
        default: false
        }
    }
}
