import Foundation
import Linux

/// Keeps other trainings out of a folder for as long as it is there.
public final class FolderClaim {
    private let lock: FileLock?

    private init(lock: consuming FileLock?) { self.lock = lock }

    /// Makes the folder and claims it; waits for another process that has it, and tells its number
    /// again and again.
    ///
    /// Returns nil when `shouldStop` says so meanwhile.
    public static func make(
        _ folder: String, shouldStop: () -> Bool, waiting: (Int32?) -> Void
    ) throws(TrainingError) -> FolderClaim? {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                "\(folder): the folder cannot be made: \(error)", isRetryable: true)
        }
        while !shouldStop() {
            do throws(FileLockError) {
                return FolderClaim(lock: try FileLock(path: "\(folder)/.lock"))
            } catch {
                switch error {
                case .held(_, let pid): waiting(pid)
                case .system(let error):
                    // Some file systems cannot lock; a training need not fail for that.
                    guard error.call == "flock" else { throw TrainingError("\(error)") }
                    return FolderClaim(lock: nil)
                }
            }
            usleep(200_000)
        }
        return nil
    }
}
