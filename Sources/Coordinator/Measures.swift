import Scheduling

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

private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

private func hundredths(_ thousandths: Int64) -> String {
    let digits = String(1000 + thousandths).dropFirst()
    return "0." + (digits.hasSuffix("0") ? digits.dropLast(digits.hasSuffix("00") ? 2 : 1) : digits)
}
