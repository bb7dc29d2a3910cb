import Foundation

/// A page for a browser that needs no other file; everything put on it is escaped.
struct HTMLPage {
    private let title: String
    private var body: [String] = []

    init(_ title: String) {
        self.title = title
        body.append("<h1>\(Self.escaped(title))</h1>")
    }

    mutating func heading(_ text: String) { body.append("<h2>\(Self.escaped(text))</h2>") }

    mutating func paragraph(_ text: String) { body.append("<p>\(Self.escaped(text))</p>") }

    mutating func preformatted(_ text: String) {
        body.append("<pre>\(Self.escaped(text))</pre>")
    }

    mutating func list(_ lines: [String]) {
        body.append("<ul>\(lines.map { "<li>\(Self.escaped($0))</li>" }.joined())</ul>")
    }

    mutating func table(_ rows: [[String]]) {
        let lines = rows.map { row in
            "<tr>\(row.map { "<td>\(Self.escaped($0))</td>" }.joined())</tr>"
        }
        body.append("<table>\(lines.joined(separator: "\n"))</table>")
    }

    /// A drawing, as it is.
    mutating func picture(svg: String) { body.append("<figure>\(svg)</figure>") }

    mutating func picture(png: [UInt8], _ words: String) {
        let data = Data(png).base64EncodedString()
        body.append(
            "<img alt=\"\(Self.escaped(words))\" src=\"data:image/png;base64,\(data)\">")
    }

    /// The whole file.
    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Self.escaped(title))</title>
        <style>
        body { font: 16px/1.5 sans-serif; color: #1a202c; max-width: 70rem; margin: 2rem auto; \
        padding: 0 1rem; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid #cbd5e0; }
        pre { font-size: 13px; line-height: 1.35; overflow-x: auto; }
        ul { list-style: none; padding: 0; }
        td { padding: 0 1rem 0.2rem 0; font-family: monospace; font-size: 13px; \
        overflow-wrap: anywhere; }
        figure { display: inline-block; margin: 0; }
        img, svg { max-width: 100%; height: auto; }
        </style>
        </head>
        <body>
        \(body.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
