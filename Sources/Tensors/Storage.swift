import Glibc

/// The memory behind one or more tensors.
// Unchecked: it is written only while one tensor alone refers to it, and read otherwise.
@safe final class Storage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// The file that the bytes are mapped from when they are not this storage's own.
    private let file: MappedFile?

    /// Takes uninitialised memory, aligned to 64 bytes.
    init(byteCount: Int) {
        unsafe base = BufferPool.shared.take(byteCount)
        self.byteCount = byteCount
        file = nil
    }

    /// Refers to bytes of a mapped file; they are never written.
    init(bytes: UnsafeRawBufferPointer, of file: MappedFile) {
        unsafe base = UnsafeMutableRawPointer(
            mutating: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped)
        byteCount = bytes.count
        self.file = file
    }

    var isWritable: Bool { file == nil }

    /// Lets the system take back the memory that holds a mapped file's bytes; whoever reads them
    /// again has them read from the file again.
    func letGo() {
        guard file != nil else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lead = unsafe Int(bitPattern: base) % page
        unsafe madvise(base - lead, byteCount + lead, MADV_DONTNEED)
    }

    deinit {
        if file == nil { unsafe BufferPool.shared.give(base, byteCount) }
    }
}
