import Glibc
import Synchronization

/// The memory behind one or more tensors.
// Unchecked: it is written only while one tensor alone refers to it, and read otherwise.
@safe final class Storage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// What the bytes belong to when they are not this storage's own, such as a mapped file.
    private let owner: AnyObject?

    /// Takes uninitialised memory, aligned to 64 bytes.
    init(byteCount: Int) {
        unsafe base = BufferPool.shared.take(byteCount)
        self.byteCount = byteCount
        owner = nil
    }

    /// Refers to bytes that `owner` keeps; they are never written.
    init(bytes: UnsafeRawBufferPointer, of owner: AnyObject) {
        unsafe base = UnsafeMutableRawPointer(
            mutating: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped)
        byteCount = bytes.count
        self.owner = owner
    }

    var isWritable: Bool { owner == nil }

    deinit {
        if owner == nil { unsafe BufferPool.shared.give(base, byteCount) }
    }
}

/// Freed buffers, kept for the next tensor of the same size.
///
/// A sampler's loop asks for the same few sizes again and again; fresh pages from the system
/// would cost more than many of the operations that fill them.
final class BufferPool: Sendable {
    static let shared = BufferPool()

    /// Bytes that are kept at most; what comes back beyond is freed.
    static let limit = 1 << 30

    private struct Kept {
        var buffers: [Int: [UInt]] = [:]
        var bytes = 0
    }

    private let kept = Mutex(Kept())

    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let size = Self.rounded(byteCount)
        let address = kept.withLock { kept -> UInt? in
            guard let address = kept.buffers[size]?.popLast() else { return nil }
            kept.bytes -= size
            return address
        }
        if let address, let buffer = unsafe UnsafeMutableRawPointer(bitPattern: address) {
            return unsafe buffer
        }
        guard let buffer = unsafe aligned_alloc(64, size) else {
            fatalError("no memory for a tensor of \(byteCount) bytes")
        }
        return unsafe buffer
    }

    func give(_ buffer: UnsafeMutableRawPointer, _ byteCount: Int) {
        let size = Self.rounded(byteCount)
        let address = UInt(bitPattern: buffer)
        let isKept = kept.withLock { kept in
            guard kept.bytes + size <= Self.limit else { return false }
            kept.buffers[size, default: []].append(address)
            kept.bytes += size
            return true
        }
        if !isKept { unsafe free(buffer) }
    }

    /// Frees what is kept.
    func drain() {
        let addresses = kept.withLock { kept in
            defer { kept = Kept() }
            return kept.buffers.values.flatMap { $0 }
        }
        for address in addresses { unsafe free(UnsafeMutableRawPointer(bitPattern: address)) }
    }

    private static func rounded(_ byteCount: Int) -> Int { max(64, (byteCount + 63) / 64 * 64) }
}
