import Testing

@testable import Console

@Test(arguments: [
    ("q", [Key.character("q")]), ("\r", [.enter]), ("\u{1B}", [.escape]), ("\u{1B}[A", [.up]),
    ("\u{1B}OB", [.down]), ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{7F}", [.backspace]),
    ("\u{3}", [.control("c")]), ("é犬", [.character("é"), .character("犬")]),
    ("\u{1B}[Hx", [.home, .character("x")]), ("\u{1B}[1;5C", [.right]), ("\t", [.tab]),
    ("\u{1B}[99~j", [.character("j")]),
])
func bytesOfATerminalAreKeys(bytes: String, keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.keys(from: bytes.utf8) == keys)
}

@Test func aCharacterInTwoPiecesIsOneKey() {
    var decoder = KeyDecoder()
    #expect(decoder.keys(from: [0xC3]) == [])
    #expect(decoder.keys(from: [0xA9]) == [.character("é")])
}
