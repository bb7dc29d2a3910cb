import Scheduling

/// A whole number with a space between thousands, as sentences for people have it.
func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += " " }
        text.append(digit)
    }
    return text
}

/// A number and what it counts: `1 task`, `1 204 tasks`.
func counted(_ number: Int, _ thing: String) -> String {
    "\(grouped(number)) \(thing)\(number == 1 ? "" : "s")"
}

/// Bytes in the largest binary unit that leaves at least 1.
func size(_ bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
        value /= 1024
        unit += 1
    }
    return "\(tenths(value)) \(units[unit])"
}

/// Thousandths with at most one decimal, such as cores and parts of a GPU.
func amount(_ thousandths: Int64) -> String {
    thousandths % 1000 == 0
        ? "\(thousandths / 1000)"
        : thousandths < 1000
            ? hundredths(thousandths)
            : tenths(
                Double(thousandths) / 1000)
}

/// Milliseconds in the unit that people would take.
func span(_ milliseconds: Int64) -> String {
    let seconds = Double(max(milliseconds, 0)) / 1000
    if seconds < 1 { return "\(max(milliseconds, 0)) ms" }
    if seconds < 120 { return "\(tenths(seconds)) s" }
    if seconds < 7200 { return "\(Int(seconds) / 60) min" }
    if seconds < 172_800 { return "\(tenths(seconds / 3600)) h" }
    return "\(tenths(seconds / 86_400)) days"
}

/// Names joined as in a sentence; of many only the first few.
func listed(_ names: [String], most: Int = 5) -> String {
    if names.count > most {
        return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}

private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

private func hundredths(_ thousandths: Int64) -> String {
    let digits = String(1000 + thousandths).dropFirst()
    return "0." + (digits.hasSuffix("0") ? digits.dropLast(digits.hasSuffix("00") ? 2 : 1) : digits)
}
