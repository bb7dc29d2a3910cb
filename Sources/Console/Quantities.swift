import Words

/// A number with so many decimals.
public func decimals(_ value: Double, _ places: Int = 3) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if places == 0 { return "\(sign)\(scaled)" }
    let fraction = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
    return "\(sign)\(scaled / Int64(scale)).\(fraction)"
}

/// Seconds in two units at most: `340ms`, `4.2s`, `2m05s`, `3h20m`, `4d06h`.
public func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "" }
    let total = max(0, seconds)
    if total < 0.9995 { return "\(Int((total * 1000).rounded()))ms" }
    if total < 9.95, total != total.rounded() { return "\(decimals(total, 1))s" }
    let whole = Int64(total.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m\(twoDigits(whole % 60))s" }
    if whole < 86400 { return "\(whole / 3600)h\(twoDigits(whole / 60 % 60))m" }
    return "\(whole / 86400)d\(twoDigits(whole / 3600 % 24))h"
}

/// Seconds that are left: whole ones, for nobody knows the future better.
public func remaining(_ seconds: Double) -> String { duration(max(1, seconds.rounded(.up))) }

/// Bytes with three digits at most: `512B`, `80GiB`, `1.5TiB`.
public func byteSize(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if value < 1023.5 || unit == "TiB" {
            let isWhole = value.rounded() == value || value >= 99.95 || unit == "B"
            return decimals(value, isWhole ? 0 : 1) + unit
        }
        value /= 1024
    }
    return "\(bytes)B"
}

/// A rate per second: `0.25/s`, `12.5/s`, `41 347/s`.
public func rate(_ perSecond: Double) -> String {
    if perSecond == 0 { return "0/s" }
    if perSecond >= 100 { return "\(grouped(Int64(perSecond.rounded())))/s" }
    return "\(decimals(perSecond, perSecond >= 10 ? 1 : 2))/s"
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
