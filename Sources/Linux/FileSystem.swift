import CLinux
import Glibc

/// What concerns all files of a file system at once.
public enum FileSystem {
    /// Returns when the disk has all that was written to the file system of a file or folder.
    ///
    /// One call for many files costs far less than waiting for each of them.
    public static func sync(_ path: String) throws(SystemError) {
        let descriptor = try openFile(path, O_RDONLY)
        defer { closeDescriptor(descriptor) }
        guard retrying({ duet_sync_file_system(descriptor) }) == 0 else {
            throw .last("syncfs", path: path)
        }
    }

    /// Moves a finished file to its name, in place of whatever has that; it stays there when the
    /// power fails.
    ///
    /// The bytes must be on the disk already: `flush` sees to that.
    public static func place(_ partial: String, at path: String) throws(SystemError) {
        guard unsafe rename(partial, path) == 0 else { throw .last("rename", path: path) }
        let slash = path.lastIndex(of: "/")
        try flush(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    /// Returns when the disk has a file's bytes, or a folder's names.
    public static func flush(_ path: String) throws(SystemError) {
        let descriptor = try openFile(path, O_RDONLY)
        defer { closeDescriptor(descriptor) }
        guard retrying({ fsync(descriptor) }) == 0 else { throw .last("fsync", path: path) }
    }
}
