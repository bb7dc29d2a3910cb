/// A count with its thousands apart: `1 204`.
public func grouped(_ number: some BinaryInteger) -> String {
    var digits = Array("\(number.magnitude)")
    var place = digits.count - 3
    while place > 0 {
        digits.insert(" ", at: place)
        place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
}

/// `1 task`, `2 tasks`, `1 204 tasks`.
public func counted(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String
{
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
}

/// Names joined as in a sentence; of many only the first few.
public func listed(_ names: [String], most: Int = 5) -> String {
    if names.count > most {
        return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}
