import Glibc

/// Checks that a path names a file that can be read, and returns its length in bytes.
///
/// A pipe or a device would keep a decoder waiting, so only regular files are opened.
func checkedSource(_ path: String) throws(MediaError) -> Int64 {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else {
        if errno == ENOENT || errno == ENOTDIR {
            throw MediaError(.notFound, path, "there is no such file", advice: "check the path")
        }
        throw MediaError(.unreadable, path, "it cannot be opened: \(lastSystemError())")
    }
    let kind =
        switch info.st_mode & S_IFMT {
        case S_IFREG: ""
        case S_IFDIR: "a folder"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    guard kind.isEmpty else {
        throw MediaError(.unreadable, path, "it is \(kind)", advice: "give the path of a file")
    }
    guard unsafe access(path, R_OK) == 0 else {
        throw MediaError(
            .unreadable, path, "it cannot be opened: \(lastSystemError())",
            advice: "give this user the right to read it")
    }
    guard info.st_size > 0 else {
        throw MediaError(
            .damaged, path, "the file is empty", advice: "fetch or export it again")
    }
    return Int64(info.st_size)
}

/// Returns what the last failed system call of this thread means.
func lastSystemError() -> String {
    unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
}

/// Returns the container that a file's first bytes promise, or nil when they promise none.
func promisedContainer(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 12)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count >= 8 else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    if bytes.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) { return "Matroska" }
    if ["ftyp", "moov", "mdat", "wide"].contains(where: text.dropFirst(4).hasPrefix) {
        return "MP4"
    }
    for (mark, name) in [("RIFF", "WAV or AVI"), ("fLaC", "FLAC"), ("OggS", "Ogg")] {
        if text.hasPrefix(mark) { return name }
    }
    return nil
}
