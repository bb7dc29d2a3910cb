import Glibc

/// The whole terminal for one program: the alternate screen, without echo and line editing.
///
/// What was on the terminal is there again when it ends, however it ends.
public struct Screen: ~Copyable {
    private let before: termios
    private let input: Int32
    private let output: Int32
    private var decoder = KeyDecoder()

    /// Takes the terminal; nil when there is none.
    public init?(input: Int32 = Terminal.input, output: Int32 = Terminal.output) {
        var attributes = termios()
        guard Terminal.isTerminal(output), unsafe tcgetattr(input, &attributes) == 0 else {
            return nil
        }
        before = attributes
        self.input = input
        self.output = output
        enter()
    }

    deinit { Self.give(back: before, input, output) }

    /// Takes the terminal again after `leave`.
    public func enter() {
        var raw = before
        // Signals keep their keys: Ctrl-C and Ctrl-Z are for the shell of the program to handle.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        _ = unsafe tcsetattr(input, TCSAFLUSH, &raw)
        Terminal.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", to: output)
    }

    /// Gives the terminal back, for as long as somebody else has it.
    public func leave() { Self.give(back: before, input, output) }

    /// Shows lines from the top; what stood below them is gone.
    public func show(_ lines: [String]) {
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        Terminal.write("\u{1B}[H" + text + "\u{1B}[J", to: output)
    }

    /// The keys that wait; nil when the terminal is gone.
    public mutating func keys() -> [Key]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(input, $0.baseAddress, 256) }
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        guard count > 0 else { return nil }
        return decoder.keys(from: bytes[..<count])
    }

    private static func give(back attributes: termios, _ input: Int32, _ output: Int32) {
        var attributes = attributes
        Terminal.write("\u{1B}[?25h\u{1B}[?1049l", to: output)
        _ = unsafe tcsetattr(input, TCSADRAIN, &attributes)
    }
}
