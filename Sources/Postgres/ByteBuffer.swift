import Glibc

/// Bytes in the order of the network, written one value after the other.
///
/// The storage keeps its size when it is emptied, and a position says how much of it is used, so
/// that a value costs one bounds check and one store.
public struct ByteBuffer: Sendable {
    private(set) var storage: [UInt8]
    private(set) var count = 0

    init(capacity: Int) { storage = [UInt8](repeating: 0, count: max(capacity, 64)) }

    mutating func removeAll() { count = 0 }

    /// The bytes written so far.
    var bytes: ArraySlice<UInt8> { storage[..<count] }

    /// Appends a number, most significant byte first.
    public mutating func write<Value: FixedWidthInteger>(integer value: Value) {
        let size = MemoryLayout<Value>.size
        reserve(size)
        unsafe storage.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value.bigEndian, toByteOffset: count, as: Value.self)
        }
        count += size
    }

    /// Appends bytes as they are.
    public mutating func write(bytes: some Collection<UInt8>) {
        let size = bytes.count
        reserve(size)
        unsafe storage.withUnsafeMutableBytes { target in
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[count..<(count + size)])
                .copyBytes(from: bytes)
        }
        count += size
    }

    /// Appends the UTF-8 of a text and returns its length in bytes.
    @discardableResult
    public mutating func write(text: String) -> Int {
        var text = text
        return text.withUTF8 { utf8 in
            let size = utf8.count
            reserve(size)
            unsafe storage.withUnsafeMutableBytes { target in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[count..<(count + size)])
                    .copyMemory(from: UnsafeRawBufferPointer(utf8))
            }
            count += size
            return size
        }
    }

    /// Overwrites a 32-bit number written earlier, such as a length that is known only now.
    mutating func overwrite(_ value: Int32, at offset: Int) {
        unsafe storage.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self)
        }
    }

    /// Whether one of the bytes from `start` on is 0.
    func hasZeroByte(from start: Int) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return false }
            return unsafe memchr(base + start, 0, bytes.count - start) != nil
        }
    }

    @inline(__always)
    private mutating func reserve(_ size: Int) {
        if count + size > storage.count { grow(size) }
    }

    @inline(never)
    private mutating func grow(_ size: Int) {
        let target = max(storage.count * 2, count + size)
        // Whole blocks, which is quick in debug builds too.
        storage = unsafe [UInt8](unsafeUninitializedCapacity: target) { fresh, initialised in
            guard let base = fresh.baseAddress else { return }
            unsafe memset(base, 0, target)
            unsafe storage.withUnsafeBytes { old in
                unsafe UnsafeMutableRawBufferPointer(fresh).copyMemory(from: old)
            }
            initialised = target
        }
    }
}
