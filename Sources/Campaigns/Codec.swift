/// How values of one form are read from a document and written to one.
struct Codec<Value: Sendable>: Sendable {
    let form: Form
    /// Returns the value, or reports why there is none.
    let read: @Sendable (Field) -> Value?
    /// Returns what reads back as the value.
    let write: @Sendable (Value) -> DocumentNode
}

extension Codec where Value == Bool {
    static var boolean: Codec {
        Codec(form: .boolean, read: { $0.boolean() }, write: { .plain("\($0)") })
    }
}

extension Codec where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Codec {
        Codec(
            form: .integer(range), read: { $0.integer(in: range) }, write: { .plain("\($0)") })
    }
}

extension Codec where Value == UInt64 {
    static var seed: Codec {
        Codec(form: .seed, read: { $0.seed() }, write: { .plain("\($0)") })
    }
}

extension Codec where Value == Double {
    static func number(
        _ range: Form.NumberRange,
        where accepts: @escaping @Sendable (Double) -> Bool = { _ in true }
    ) -> Codec {
        Codec(
            form: .number(range),
            read: { $0.number(range.words) { range.accepts($0) && accepts($0) } },
            write: { .plain(Quantity.text($0)) })
    }

    static var percentage: Codec {
        Codec(
            form: .percentage,
            read: { field in
                guard let percent = field.text().flatMap(Quantity.percent) else {
                    return field.reject(Form.percentage.words)
                }
                return percent
            },
            write: { .plain(Quantity.text($0) + "%") })
    }
}

extension Codec where Value == Int64 {
    static func duration(least: Int64) -> Codec {
        Codec(
            form: .duration(least: least), read: { $0.milliseconds(least: least) },
            write: { .plain(Quantity.duration($0)) })
    }

    static var size: Codec {
        Codec(form: .size, read: { $0.bytes() }, write: { .plain(Quantity.size($0)) })
    }
}

extension Codec where Value == Scalar {
    static var scalar: Codec {
        Codec(form: .scalar, read: { $0.scalar() }, write: { $0.node })
    }
}

extension Codec where Value == String {
    static var text: Codec {
        Codec(form: .text(.any), read: { $0.text() }, write: { .text($0) })
    }

    static var name: Codec {
        Codec(form: .text(.name), read: { $0.name() }, write: { .text($0) })
    }

    /// A text of a shape of its own; `check` reports what is wrong with it.
    static func text(
        _ shape: Form.TextShape, check: @escaping @Sendable (String, Field) -> Bool
    ) -> Codec {
        Codec(
            form: .text(shape),
            read: { field in field.text().flatMap { check($0, field) ? $0 : nil } },
            write: { .text($0) })
    }
}

extension Codec where Value: FileChoice {
    static var choice: Codec {
        Codec(
            form: .choice(Value.choices),
            read: { field in
                field.choice(Value.choices.map(\.word)).flatMap { Value(rawValue: $0) }
            },
            write: { .plain($0.rawValue) })
    }
}

extension Codec {
    /// A list of items that are all read alike; `least` is how many it must have.
    static func list<Item>(of item: Codec<Item>, least: Int = 0) -> Codec
    where Value == [Item] {
        Codec(
            form: .list(item.form, least: least),
            read: { field in
                guard let items = field.items() else { return nil }
                if items.count < least {
                    field.report(
                        least == 1
                            ? "is empty; list at least one" : "expected at least \(least) items")
                }
                return items.compactMap(item.read)
            },
            write: { DocumentNode(.sequence($0.map(item.write))) })
    }

    /// A mapping with free keys; `keys` says what they name.
    static func map<Item>(of item: Codec<Item>, keys: String) -> Codec
    where Value == [String: Item] {
        Codec(
            form: .map(item.form, keys: keys),
            read: { field in
                guard let entries = field.entries() else { return nil }
                var values: [String: Item] = [:]
                for (key, value) in entries { values[key] = item.read(value) }
                return values
            },
            write: { values in
                DocumentNode(
                    .mapping(
                        values.sorted { $0.key < $1.key }.map {
                            .init($0.key, item.write($0.value))
                        })
                )
            })
    }

}

/// What is written as a mapping with known keys.
protocol Tabled: Sendable {
    static var table: Table<Self> { get }
}

extension Codec where Value: Tabled {
    static var section: Codec {
        Codec(
            form: .section(Value.table.fields), read: { Value.table.read($0) },
            write: { Value.table.write($0) })
    }
}
