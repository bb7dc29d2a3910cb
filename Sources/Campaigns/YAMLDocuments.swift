import Yams

/// Parses YAML into document nodes.
struct YAMLDocuments {
    /// Aliases can make a short text into a huge tree, so a file may hold so many values.
    private static let valueLimit = 100_000

    private let file: String
    private let problems: ProblemList
    private var values = 0

    /// Returns the roots of all documents that have content; syntax errors end the reading.
    static func parse(_ text: String, file: String, problems: ProblemList) -> [DocumentNode] {
        var reading = YAMLDocuments(file: file, problems: problems)
        return reading.documents(of: text)
    }

    private init(file: String, problems: ProblemList) {
        self.file = file
        self.problems = problems
    }

    private mutating func documents(of text: String) -> [DocumentNode] {
        var documents: [DocumentNode] = []
        do {
            let parser = try Parser(yaml: text)
            while let root = try parser.nextRoot() {
                guard let node = convert(root) else { return documents }
                if !node.isEmpty { documents.append(node) }
            }
        } catch {
            report(error, in: text)
        }
        return documents
    }

    private mutating func convert(_ node: Node) -> DocumentNode? {
        let place = Place(file: file, line: node.mark?.line ?? 0)
        values += 1
        guard values <= Self.valueLimit else {
            problems.report(place, "", "holds more than \(Self.valueLimit) values; split the file")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            // Quoted texts come with a tag of their own, as do explicitly tagged ones.
            let isPlain = scalar.style == .plain && scalar.tag.rawValue.isEmpty
            return DocumentNode(content: .scalar(scalar.string, isPlain: isPlain), place: place)
        case .sequence(let sequence):
            var items: [DocumentNode] = []
            for item in sequence {
                guard let item = convert(item) else { return nil }
                items.append(item)
            }
            return DocumentNode(content: .sequence(items), place: place)
        case .mapping(let mapping):
            var entries: [DocumentNode.Entry] = []
            for (key, value) in mapping {
                let keyPlace = Place(file: file, line: key.mark?.line ?? place.line)
                guard let value = convert(value) else { return nil }
                guard case .scalar(let name) = key else {
                    problems.report(keyPlace, "", "has a key that is not a plain name")
                    continue
                }
                if name.string == "<<" {
                    problems.report(
                        keyPlace, "<<", "merge keys are not supported; repeat the keys, or use vars"
                    )
                    continue
                }
                entries.append(.init(key: name.string, place: keyPlace, value: value))
            }
            return DocumentNode(content: .mapping(entries), place: place)
        case .alias:
            problems.report(place, "", "has an alias that cannot be resolved")
            return nil
        }
    }

    private func report(_ error: any Error, in text: String) {
        var line = 0
        var message = "is not YAML"
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            line = mark.line
            message = "is not YAML: "
            if let context { message += "\(context.text) of line \(context.mark.line), " }
            message += problem
            if context?.text == "while parsing a flow mapping", text.contains("${") {
                message += "; inside { } put quotes around ${...}"
            }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.indices.contains(line - 1), lines[line - 1].hasPrefix("\t") {
                message = "is not YAML: begins with a tab; indent with spaces"
            }
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            line = context.mark.line
            let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            message = "gives \(names) twice in one mapping; keep one"
        case YamlError.reader(let problem, let offset, _, _):
            line = 1 + text.prefix(offset ?? 0).count { $0.isNewline }
            message = "is not YAML: \(problem)"
        default:
            break
        }
        problems.report(Place(file: file, line: line), "", message)
    }
}
