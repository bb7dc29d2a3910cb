/// The few characters that a time axis needs, as rows of pixels.
enum Glyphs {
    static let height = 7

    /// Returns the rows of a character; those that are missing are blank.
    static func rows(of character: Character) -> [String] {
        let index = characters.firstIndex(of: character).map {
            characters.distance(from: characters.startIndex, to: $0)
        }
        guard let index else { return Array(repeating: "   ", count: height) }
        return drawings.map { row in
            let cells = row.split(separator: " ")
            return cells[index].map { $0 == "#" ? "#" : "." }.joined()
        }
    }

    private static let characters = "0123456789.skHz-"

    /// One line for each row of pixels, one word for each character.
    private static let drawings = [
        ".###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###. . ..... #.... #...# ..... ...",
        "#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...# . ..... #.... #...# ..... ...",
        "#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# . .#### #..#. #...# ##### ...",
        "#.#.# ..#.. ...#. ..##. #..#. ....# ####. ...#. .###. .#### . #.... #.#.. ##### ...#. ###",
        "##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....# . .###. ##... #...# ..#.. ...",
        "#...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ....# . ....# #.#.. #...# .#... ...",
        ".###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###. # ####. #..#. #...# ##### ...",
    ]
}
