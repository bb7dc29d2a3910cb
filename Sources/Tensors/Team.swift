import CKernels

/// Threads that work on one tensor operation together.
///
/// A worker's slot has a team with as many threads as it was given cores. How many there are, and
/// how work is shared between them, never changes a result.
public final class Team: Sendable {
    /// The team that operations of this task or thread run on.
    @TaskLocal public static var current = Team(threads: 1)

    /// The number of threads, the calling one included.
    public let threads: Int

    private let handle: Address

    /// Starts `threads - 1` threads, which wait until there is work.
    public init(threads: Int) {
        guard let team = unsafe duet_team_start(Int32(clamping: threads)) else {
            fatalError("cannot start \(threads) threads")
        }
        self.threads = max(1, threads)
        unsafe handle = Address(UnsafeMutableRawPointer(team))
    }

    deinit { unsafe duet_team_stop(OpaquePointer(handle.pointer)) }

    /// Runs `body` with `threads` threads for the operations inside.
    public static func with<R, E>(
        threads: Int, _ body: () throws(E) -> R
    ) throws(E) -> R {
        let result = $current.withValue(Team(threads: threads)) { () -> Result<R, E> in
            do throws(E) { return .success(try body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Calls `body` once for each part, on any of the threads, and returns when all are done.
    func run(_ parts: Int, _ body: (Int) -> Void) {
        if threads == 1 || parts < 2 {
            for part in 0..<parts { body(part) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var box = Box(body: body)
            unsafe withUnsafeMutablePointer(to: &box) { box in
                unsafe duet_team_run(
                    OpaquePointer(handle.pointer), parts,
                    { context, part in
                        unsafe context?.assumingMemoryBound(to: Box.self).pointee.body(part)
                    }, box)
            }
        }
    }

    /// Calls `body` for ranges that together make `0..<count`, none shorter than `grain` but the
    /// last, each starting at a multiple of `grain`.
    func split(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        let grains = (count + grain - 1) / grain
        // A few parts more than threads, so that a thread that was held up is not waited for.
        let parts = min(grains, threads == 1 ? 1 : threads * 4)
        run(parts) { part in
            let first = part * grains / parts * grain
            let last = min(count, (part + 1) * grains / parts * grain)
            if first < last { body(first..<last) }
        }
    }

    private struct Box {
        let body: (Int) -> Void
    }
}

/// An address that parts of one operation share.
///
/// The operation keeps what it points at alive, and its parts write to different places.
// Unchecked: only operations of this module hold one, and they return when all parts have.
@safe struct Address: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
    }

    var floats: UnsafeMutablePointer<Float> { unsafe pointer.assumingMemoryBound(to: Float.self) }
}
