/// A record of RFC 4180: fields with commas, quotes or line ends are quoted, CRLF ends it.
public func csvRecord(_ fields: [String]) -> String {
    let written = fields.map { field in
        // By scalars: CRLF is one character of Swift's.
        let mustQuote =
            field.unicodeScalars.contains { ["\"", ",", "\n", "\r"].contains($0) }
            || field.first == " " || field.last == " "
        guard mustQuote else { return field }
        var inside = ""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { inside += "\"" }
            inside.unicodeScalars.append(scalar)
        }
        return "\"" + inside + "\""
    }
    return written.joined(separator: ",") + "\r\n"
}
