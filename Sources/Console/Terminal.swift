import Glibc

/// The terminal that the program talks to, if there is one.
public enum Terminal {
    /// Columns and rows.
    public struct Size: Hashable, Sendable {
        /// Characters in a line.
        public var columns: Int
        /// Lines.
        public var rows: Int

        /// Makes a size.
        public init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Where keys come from.
    public static let input: Int32 = 0
    /// Where results go.
    public static let output: Int32 = 1
    /// Where everything else goes.
    public static let error: Int32 = 2

    /// Columns where there is no terminal to ask.
    public static let columnsWithout = 100

    /// Whether a descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The size of the terminal behind a descriptor; nil when it is none.
    public static func size(_ descriptor: Int32 = Terminal.output) -> Size? {
        var facts = winsize()
        let result = unsafe withUnsafeMutablePointer(to: &facts) { facts in
            unsafe ioctl(descriptor, UInt(TIOCGWINSZ), facts)
        }
        guard result == 0, facts.ws_col > 0 else { return nil }
        return Size(columns: Int(facts.ws_col), rows: max(1, Int(facts.ws_row)))
    }

    /// Columns that a listing may take.
    public static var listingColumns: Int { size()?.columns ?? columnsWithout }

    /// A variable of the environment.
    public static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Writes to a descriptor; returns false when nobody reads there any more.
    @discardableResult
    public static func write(_ text: String, to descriptor: Int32 = Terminal.output) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let some = bytes.extracting(written...)
                let count = unsafe Glibc.write(descriptor, some.baseAddress, some.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&wanted, 1, -1)
                    continue
                }
                if count <= 0 { return false }
                written += count
            }
            return true
        }
    }

    /// Reads a line from stdin without its end; nil at the end of input.
    public static func readAnswer() -> String? { readLine(strippingNewline: true) }
}
