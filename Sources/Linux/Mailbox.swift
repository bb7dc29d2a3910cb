import Synchronization

/// A queue from many threads to one that waits in poll.
///
/// Order is kept per posting thread. The queue has no limit of its own: whoever posts must be
/// limited by something else, such as the tasks a worker holds.
public final class Mailbox<Element: Sendable>: Sendable {
    private let waiting = Mutex<[Element]>([])
    private let wakeup: Wakeup

    /// Opens an empty mailbox.
    public init() throws(SystemError) {
        wakeup = try Wakeup()
    }

    /// Readable while something waits to be taken.
    public var descriptor: Int32 {
        wakeup.descriptor
    }

    /// Adds one element and wakes the reader.
    public func post(_ element: Element) {
        post(contentsOf: CollectionOfOne(element))
    }

    /// Adds elements, in order and with nothing between them, and wakes the reader.
    public func post(contentsOf elements: some Collection<Element>) {
        if elements.isEmpty { return }
        let wasEmpty = waiting.withLock { waiting in
            defer { waiting.append(contentsOf: elements) }
            return waiting.isEmpty
        }
        // Otherwise the reader has been woken already and has not taken yet.
        if wasEmpty { wakeup.signal() }
    }

    /// Takes everything that waits; empty when nothing does.
    public func take() -> [Element] {
        // Drained first: a post after this line signals again, and at worst wakes once in vain.
        wakeup.drain()
        return waiting.withLock { waiting in
            let taken = waiting
            waiting = []
            return taken
        }
    }
}
