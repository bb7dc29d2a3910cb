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
}
