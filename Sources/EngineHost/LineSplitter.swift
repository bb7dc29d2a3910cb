/// Cuts a stream of bytes into lines, however the bytes arrive.
struct LineSplitter {
    /// What was found next in the stream.
    enum Piece: Equatable {
        /// A line without its end.
        case line(ArraySlice<UInt8>)
        /// A line that is longer than any may be; its beginning. Nothing follows it.
        case tooLong(ArraySlice<UInt8>)
    }

    /// The longest line, without its end.
    let limit: Int
    private var buffer: [UInt8] = []
    /// Where the line that is being read begins in the buffer.
    private var start = 0
    /// How far the buffer was searched, so that a line in many parts is searched once.
    private var searched = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The bytes of a line that has not ended yet.
    var bufferedBytes: Int {
        buffer.count - start
    }

    /// Takes more of the stream; `next()` until it is nil afterwards.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Returns the next whole line, or nil while none is.
    mutating func next() -> Piece? {
        let end = buffer.withUnsafeBufferPointer { buffer in
            var index = searched
            while index < buffer.count, buffer[index] != UInt8(ascii: "\n") { index += 1 }
            return index
        }
        searched = end
        if end - start > limit { return .tooLong(buffer[start..<end]) }
        if end == buffer.count { return nil }
        defer {
            start = end + 1
            searched = start
        }
        return .line(buffer[start..<end])
    }

    /// Forgets everything, when the rest of the stream is of no interest.
    mutating func clear() {
        buffer = []
        start = 0
        searched = 0
    }
}
