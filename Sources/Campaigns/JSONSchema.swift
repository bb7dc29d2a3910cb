import FoundationEssentials

extension CampaignFile {
    /// Returns the JSON Schema (draft 2020-12) of one document of a campaign file, for editors.
    public static func schema() -> String {
        var definitions: [String: SchemaNode] = ["variable": .variable]
        for kind in FileKind.allCases {
            var schema = Form.section(kind.fields).schema
            schema["description"] = .text(kind.summary)
            schema["title"] = .text("\(kind.rawValue)")
            definitions[kind.rawValue] = .object(schema)
        }
        let kinds = FileKind.allCases.map { kind in
            SchemaNode.object([
                "if": .object([
                    "properties": .object([
                        "kind": .object(["const": .text(kind.rawValue)])
                    ])
                ]),
                "then": .object(["$ref": .text("#/$defs/\(kind.rawValue)")]),
            ])
        }
        let root = SchemaNode.object([
            "$schema": .text("https://json-schema.org/draft/2020-12/schema"),
            "title": .text("Duet campaign file"),
            "type": .text("object"),
            "required": .list([.text("kind")]),
            "properties": .object([
                "kind": .object(["enum": .list(FileKind.allCases.map { .text($0.rawValue) })])
            ]),
            "allOf": .list(kinds),
            "$defs": .object(definitions),
        ])
        return root.json()
    }
}

/// A value of a JSON Schema.
private enum SchemaNode: Encodable {
    case object([String: SchemaNode])
    case list([SchemaNode])
    case text(String)
    case integer(Int)
    case whole(UInt64)
    case number(Double)
    case boolean(Bool)

    /// A text that holds a variable, which any plain value may be written as.
    static let variable = SchemaNode.object([
        "type": .text("string"), "pattern": .text(#"\$\{[^}]+\}"#),
    ])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        }
    }

    func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        } catch {
            // Only a number that is not finite cannot be encoded, and no bound is one.
            fatalError("the schema cannot be encoded: \(error)")
        }
    }

    /// Returns what a document says as JSON.
    init(_ node: DocumentNode) {
        switch node.content {
        case .mapping(let entries):
            self = .object(
                Dictionary(entries.map { ($0.key, SchemaNode($0.value)) }) { first, _ in first })
        case .sequence(let items): self = .list(items.map { SchemaNode($0) })
        case .scalar(let text, let isPlain):
            if isPlain, text == "true" || text == "false" {
                self = .boolean(text == "true")
            } else if isPlain, let number = Int(text) {
                self = .integer(number)
            } else if isPlain, let number = Double(text) {
                self = .number(number)
            } else {
                self = .text(text)
            }
        }
    }
}

extension FileField {
    fileprivate var schema: SchemaNode {
        var schema = form.schema
        let later = isSupported ? "" : " Not supported yet: submit refuses it."
        schema["description"] = .text(summary + later)
        if let defaultNode, absence == nil { schema["default"] = SchemaNode(defaultNode) }
        return .object(schema)
    }
}

extension Form {
    fileprivate var schema: [String: SchemaNode] {
        switch self {
        case .boolean: Self.orVariable(["type": .text("boolean")])
        case .integer(let range): Self.orVariable(Self.schema(of: range))
        case .seed:
            Self.orVariable([
                "type": .text("integer"), "minimum": .integer(0), "maximum": .whole(.max),
            ])
        case .number(let range): Self.orVariable(range.schema)
        case .text(let shape): shape.schema
        case .scalar: Self.plain
        case .duration: Self.pattern(#"^[0-9.]+ ?(ms|s|m|h|d)$"#)
        case .size: Self.pattern(#"^[0-9.]+ ?(B|[kK]B|[MGT]B|[KMGT]iB)$"#)
        case .percentage: Self.pattern(#"^[0-9.]+%$"#)
        case .budget:
            [
                "anyOf": .list([
                    .object(["type": .text("integer"), "minimum": .integer(0)]),
                    .object(Self.pattern(#"^([0-9]+|[0-9.]+%)$"#)),
                ])
            ]
        case .choice(let choices):
            [
                "anyOf": .list(
                    choices.map { choice in
                        let later = choice.isSupported ? "" : " (not supported yet)"
                        return .object([
                            "const": .text(choice.word),
                            "description": .text(choice.summary + later),
                        ])
                    } + [Self.variable])
            ]
        case .list(let item, let least):
            [
                "type": .text("array"), "items": .object(item.schema),
                "minItems": .integer(least),
            ]
        case .map(let value, _):
            ["type": .text("object"), "additionalProperties": .object(value.schema)]
        case .section(let fields): Self.schema(of: fields)
        case .either(let forms, _): ["anyOf": .list(forms.map { .object($0.schema) })]
        }
    }

    private static let variable = SchemaNode.object(["$ref": .text("#/$defs/variable")])

    /// Any plain value: what is written without quotes may be a number to an editor.
    fileprivate static let plain: [String: SchemaNode] = [
        "type": .list([.text("string"), .text("number"), .text("boolean")])
    ]

    private static func orVariable(_ schema: [String: SchemaNode]) -> [String: SchemaNode] {
        ["anyOf": .list([.object(schema), variable])]
    }

    fileprivate static func pattern(_ pattern: String) -> [String: SchemaNode] {
        ["type": .text("string"), "pattern": .text(#"\$\{[^}]+\}|"# + pattern)]
    }

    private static func schema(of range: ClosedRange<Int>) -> [String: SchemaNode] {
        var schema: [String: SchemaNode] = ["type": .text("integer")]
        if range.lowerBound != .min { schema["minimum"] = .integer(range.lowerBound) }
        if range.upperBound != .max { schema["maximum"] = .integer(range.upperBound) }
        return schema
    }

    private static func schema(of fields: [FileField]) -> [String: SchemaNode] {
        var schema: [String: SchemaNode] = [
            "type": .text("object"),
            "additionalProperties": .boolean(false),
            "properties": .object(
                Dictionary(fields.map { ($0.key, $0.schema) }) { first, _ in first }),
        ]
        let required = fields.filter(\.isRequired).map { SchemaNode.text($0.key) }
        if !required.isEmpty { schema["required"] = .list(required) }
        return schema
    }
}

extension Form.NumberRange {
    fileprivate var schema: [String: SchemaNode] {
        var schema: [String: SchemaNode] = ["type": .text("number")]
        if let least { schema["minimum"] = .number(least) }
        if let above { schema["exclusiveMinimum"] = .number(above) }
        if let most { schema["maximum"] = .number(most) }
        return schema
    }
}

extension Form.TextShape {
    fileprivate var schema: [String: SchemaNode] {
        guard let pattern else { return Form.plain }
        // A pattern concerns texts only; a number without quotes is a text to us.
        var schema = Form.pattern(pattern)
        schema["type"] = Form.plain["type"]
        return schema
    }
}
