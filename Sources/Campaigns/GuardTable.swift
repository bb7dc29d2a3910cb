extension Campaign.Rank.Guard: Tabled {
    static let table = Table(
        Campaign.Rank.Guard(type: .minStd),
        [
            Row("type", \.type, .choice, "What is looked for.", example: "min-std", required: true),
            Row(
                "value", \.value, .number(.atLeast0),
                "The bound of min-std and of max-reference-winner-share.", example: "0.75",
                absence: "needed by these types"),
            Row(
                "max_z", \.maxZ, .number(.any),
                "The bound of static-motion, in deviations from the mean.", example: "-2",
                absence: "needed by this type"),
            Row(
                "max_ratio", \.maxRatio, .number(.fraction),
                "The bound of silence: the share of a clip that may be silent.", example: "0.8",
                absence: "needed by this type"),
            Row(
                "hash", \.hash, .choice, "The hash of near-duplicate.", example: "phash",
                absence: "phash with the type near-duplicate"),
            Row(
                "max_distance", \.maxDistance, .integer(0...64),
                "The bound of near-duplicate, in bits of the hash.", example: "4",
                absence: "needed by this type"),
            Row(
                "applies_to", \.appliesTo, .choice,
                "Which member of a pair static-motion and silence look at.", example: "winner",
                absence: "both"),
            Row("action", \.action, .choice, "What happens to what is found.", example: "warn"),
        ],
        check: checkKeys)

    private static func checkKeys(_ value: inout Campaign.Rank.Guard, _ field: Field) {
        guard field.child("type")?.text().flatMap(Campaign.Rank.Guard.Kind.init) != nil,
            case .mapping(let entries) = field.node.content
        else { return }
        let kind = value.type
        let (needed, allowed) = kind.keys
        for key in needed where !entries.contains(where: { $0.key == key }) {
            field.problems.report(
                field.node.place, field.path(of: key),
                "is missing; a guard of type \(kind.rawValue) needs it")
        }
        let known = ["type", "action"] + needed + allowed
        for entry in entries where table.fields.contains(where: { $0.key == entry.key }) {
            guard !known.contains(entry.key) else { continue }
            field.child(entry).report(
                "is for guards of another type; one of type \(kind.rawValue) has "
                    + known.joined(separator: ", "))
        }
        if kind == .nearDuplicate, value.hash == nil { value.hash = .phash }
        if kind == .maxReferenceWinnerShare, let share = value.value, share > 1 {
            field.child("value")?.report(
                "expected a share from 0 to 1, found \(Quantity.text(share))")
        }
    }
}
