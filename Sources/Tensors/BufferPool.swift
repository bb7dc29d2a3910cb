import Glibc
import Synchronization

/// Freed buffers, kept for the next tensor of the same size.
///
/// A sampler's loop asks for the same few sizes again and again; fresh pages from the system
/// would cost more than many of the operations that fill them. What is kept gives way before the
/// process grows beyond what its tensors once needed at the same time: a step's way back, which
/// asks for other sizes than its way forward, takes the memory that the latter has left.
final class BufferPool: Sendable {
    static let shared = BufferPool()

    /// Bytes that are kept at most; what comes back beyond is freed.
    static let limit = 1 << 30

    /// Bytes that may be kept beyond what was once needed: small networks never come near it.
    private static let slack = 1 << 26

    /// Buffers of at least this size are mapped each on its own, so that what is freed goes back
    /// to the system wherever it lies.
    private static let mapped = 1 << 20

    private struct Kept {
        var address: UInt
        /// How many buffers had been given back before it.
        var order: Int
    }

    private struct State {
        /// By size; those of one size in the order in which they came back.
        var kept: [Int: [Kept]] = [:]
        var keptBytes = 0
        var order = 0
        /// What tensors hold now, and the most that they held.
        var used = 0
        var mostUsed = 0

        /// Takes out the buffers that came back first until at most so many bytes are kept.
        mutating func shrink(to bytes: Int) -> [(address: UInt, size: Int)] {
            var out: [(UInt, Int)] = []
            while keptBytes > max(0, bytes) {
                let oldest = kept.min {
                    ($0.value.first?.order ?? .max) < ($1.value.first?.order ?? .max)
                }
                guard let size = oldest?.key, let first = kept[size]?.removeFirst() else { break }
                if kept[size]?.isEmpty == true { kept[size] = nil }
                keptBytes -= size
                out.append((first.address, size))
            }
            return out
        }
    }

    private let state = Mutex(State())

    /// Bytes that are kept now.
    var keptBytes: Int { state.withLock { $0.keptBytes } }

    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let size = Self.rounded(byteCount)
        let (address, spare) = state.withLock { state -> (UInt?, [(address: UInt, size: Int)]) in
            state.used += size
            state.mostUsed = max(state.mostUsed, state.used)
            if let found = state.kept[size]?.popLast() {
                if state.kept[size]?.isEmpty == true { state.kept[size] = nil }
                state.keptBytes -= size
                return (found.address, [])
            }
            return (nil, state.shrink(to: state.mostUsed - state.used + Self.slack))
        }
        free(spare)
        if let address, let buffer = unsafe UnsafeMutableRawPointer(bitPattern: address) {
            return unsafe buffer
        }
        guard let buffer = unsafe Self.allocate(size) else {
            fatalError("no memory for a tensor of \(byteCount) bytes")
        }
        return unsafe buffer
    }

    func give(_ buffer: UnsafeMutableRawPointer, _ byteCount: Int) {
        let size = Self.rounded(byteCount)
        let address = UInt(bitPattern: buffer)
        let spare = state.withLock { state in
            state.used -= size
            state.kept[size, default: []].append(Kept(address: address, order: state.order))
            state.order += 1
            state.keptBytes += size
            return state.shrink(to: Self.limit)
        }
        free(spare)
    }

    private func free(_ buffers: [(address: UInt, size: Int)]) {
        for (address, size) in buffers {
            let buffer = unsafe UnsafeMutableRawPointer(bitPattern: address)
            if size >= Self.mapped {
                if let buffer = unsafe buffer { unsafe munmap(buffer, size) }
            } else {
                unsafe Glibc.free(buffer)
            }
        }
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= mapped else { return unsafe aligned_alloc(64, size) }
        let buffer = unsafe mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return unsafe buffer == MAP_FAILED ? nil : buffer
    }

    private static func rounded(_ byteCount: Int) -> Int { max(64, (byteCount + 63) / 64 * 64) }
}
