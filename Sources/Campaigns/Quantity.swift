/// Reads quantities that people write with a unit.
public enum Quantity {
    private static let durations: [(unit: String, scale: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    private static let sizes: [(unit: String, scale: Double)] = [
        ("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ]

    /// Returns the milliseconds of a text such as `500ms`, `90s`, `15m`, `2h`, `1d` or `1.5h`.
    static func milliseconds(_ text: String) -> Int64? { scaled(text, by: durations) }

    /// Returns the bytes of a text such as `500MB` or `2GiB`.
    public static func bytes(_ text: String) -> Int64? { scaled(text, by: sizes) }

    /// Returns the percent of a text such as `2%` or `0.5%`, from 0 to 100.
    static func percent(_ text: String) -> Double? {
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()),
            (0...100).contains(percent)
        else { return nil }
        return percent
    }

    /// Returns the shortest text that reads back as the milliseconds.
    static func duration(_ milliseconds: Int64) -> String { shortest(milliseconds, durations) }

    /// Returns the shortest text that reads back as the bytes.
    static func size(_ bytes: Int64) -> String { shortest(bytes, sizes) }

    /// Returns a number as every reader of YAML takes it for one: `1`, `0.85`, `1.0e-06`.
    static func text(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e15 { return "\(Int64(number))" }
        let text = "\(number)"
        guard let e = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return "\(text[..<e]).0\(text[e...])"
    }

    private static func shortest(
        _ amount: Int64, _ units: [(unit: String, scale: Double)]
    ) -> String {
        if amount == 0 { return units[0].unit == "B" ? "0B" : "0s" }
        // Among equally short texts the larger unit reads better.
        let texts = units.filter { amount % Int64($0.scale) == 0 }
            .map { "\(amount / Int64($0.scale))\($0.unit)" }
        return texts.reversed().min { $0.count < $1.count } ?? ""
    }

    /// Returns the quantity only when it is a whole number of the smallest unit below 2⁵³.
    private static func scaled(_ text: String, by units: [(unit: String, scale: Double)]) -> Int64?
    {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let rest = text.dropFirst(digits.count)
        let unit = rest.first == " " ? rest.dropFirst() : rest
        guard let scale = units.first(where: { $0.unit == unit })?.scale,
            let number = Double(digits)
        else { return nil }
        let whole = number * scale
        guard whole == whole.rounded(), whole < 9_007_199_254_740_992 else { return nil }
        return Int64(whole)
    }
}
