import Linux

/// Keeps the beginning and the end of what an engine writes to stderr, in bounded memory and file.
///
/// The first 512 KiB go to the file at once. Of the rest the last 512 KiB are held in memory until
/// `finish()` writes them, after a line that says how much is missing between.
struct AttemptLog: ~Copyable {
    static let headLimit = 512 << 10
    static let ringLimit = 512 << 10
    /// How much of the end can be quoted in a failure.
    static let tailLimit = 2 << 10

    let path: String
    /// The first error of the file; nothing more is written to it then.
    private(set) var error: SystemError?
    private var file: AppendOnlyFile?
    private var headBytes = 0
    private var ring: [UInt8] = []
    /// Where in a full ring the oldest byte is.
    private var oldest = 0
    private var droppedBytes = 0
    private var recent: [UInt8] = []

    /// Creates a log; the file is opened, and created, when there is something to write.
    init(path: String) {
        self.path = path
    }

    /// The bytes held in memory.
    var heldBytes: Int {
        ring.count + recent.count
    }

    /// The end of the log, cut to a whole line where there is one.
    var tail: String {
        let last = recent.suffix(AttemptLog.tailLimit)
        let text = String(decoding: last, as: UTF8.self)
        guard headBytes + ring.count + droppedBytes > last.count,
            let newline = text.firstIndex(where: \.isNewline)
        else { return text }
        return String(text[text.index(after: newline)...])
    }

    /// Takes what the engine wrote.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        remember(bytes)
        let head = bytes.prefix(AttemptLog.headLimit - headBytes)
        if !head.isEmpty {
            headBytes += head.count
            write(head)
        }
        let rest = bytes.dropFirst(head.count)
        if !rest.isEmpty { keep(rest) }
    }

    /// Writes what is held and closes the file.
    mutating func finish() {
        if droppedBytes > 0 {
            let notice = "\n[\(droppedBytes) bytes are left out here]\n"
            write(ArraySlice(notice.utf8))
        }
        if !ring.isEmpty {
            write(ring[oldest...])
            write(ring[..<oldest])
        }
        ring = []
        oldest = 0
        file = nil
    }

    private mutating func write(_ bytes: ArraySlice<UInt8>) {
        guard error == nil else { return }
        do throws(SystemError) {
            if file == nil { file = try AppendOnlyFile(path: path) }
            try file?.append(bytes.span)
        } catch {
            self.error = error
        }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        // More than the ring holds pushes out everything, its own beginning included.
        let kept = bytes.suffix(AttemptLog.ringLimit)
        droppedBytes += bytes.count - kept.count
        let room = AttemptLog.ringLimit - ring.count
        ring.append(contentsOf: kept.prefix(room))
        let rest = kept.dropFirst(room)
        droppedBytes += rest.count
        let untilEnd = rest.prefix(ring.count - oldest)
        overwrite(at: oldest, with: untilEnd)
        let wrapped = rest.dropFirst(untilEnd.count)
        overwrite(at: 0, with: wrapped)
        if !rest.isEmpty { oldest = (oldest + rest.count) % ring.count }
    }

    private mutating func overwrite(at index: Int, with bytes: ArraySlice<UInt8>) {
        if bytes.isEmpty { return }
        ring.replaceSubrange(index..<index + bytes.count, with: bytes)
    }

    private mutating func remember(_ bytes: ArraySlice<UInt8>) {
        recent.append(contentsOf: bytes.suffix(AttemptLog.tailLimit))
        if recent.count > 2 * AttemptLog.tailLimit {
            recent = Array(recent.suffix(AttemptLog.tailLimit))
        }
    }
}
