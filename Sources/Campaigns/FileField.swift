/// One documented field of campaign files.
///
/// The description and the reading of a field are one row of a `Table`, so neither can say what
/// the other does not.
public struct FileField: Sendable, Equatable {
    /// Its path from the kind on, such as `campaign.rank.normalize.method`.
    public var path: String
    /// The last name of its path.
    public let key: String
    /// What it is, in one sentence.
    public let summary: String
    /// Whether a file must give it.
    public let isRequired: Bool
    /// Whether this version runs it; others are accepted, and refused at submit.
    public let isSupported: Bool
    /// What is the case when a file does not give it; nil where the default says all.
    public let absence: String?
    /// A value a file may give it, as YAML.
    public let example: String

    let form: Form
    /// Whether there is a value that this version reads and cannot run; asked at each submission.
    let mayBeRefused: Bool
    /// The value it has when a file does not give it; nil when there is none.
    var defaultNode: DocumentNode?
    /// Whether a decoded document keeps it; `vars` are put in and gone.
    let isKept: Bool
    /// The value that the template of `init` gives it; nil where it only mentions the field.
    let starter: String?

    /// The value it has when a file does not give it, as YAML; nil when there is none.
    public var defaultText: String? { defaultNode.map(YAMLText.flow) }

    /// What values it takes, in words.
    public var takes: String { form.words }

    /// The words it may be, with what they mean and whether this version runs them.
    public var choices: [(word: String, summary: String, isSupported: Bool)] {
        var form = form
        if case .list(let item, _) = form { form = item }
        guard case .choice(let choices) = form else { return [] }
        return choices.map { ($0.word, $0.summary, $0.isSupported) }
    }

    /// The fields of the mapping, or of the list's items; empty for plain values.
    var children: [FileField] { form.fields }

    /// Returns the field and everything below it with whole paths, parents first.
    func flattened(below parent: String) -> [FileField] {
        var field = self
        field.path = "\(parent).\(key)"
        return [field] + children.flatMap { $0.flattened(below: field.path) }
    }
}

extension Form {
    /// The known keys of a value of this form, or of its items.
    var fields: [FileField] {
        switch self {
        case .section(let fields): fields
        case .list(let item, _): item.fields
        case .either(let forms, _): forms.flatMap(\.fields)
        default: []
        }
    }
}
