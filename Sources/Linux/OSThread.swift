import CLinux
import Glibc

/// A thread of the operating system, for loops that block and so must stay out of tasks.
///
/// A thread that is dropped without `join()` goes on by itself.
public struct OSThread: ~Copyable {
    private let handle: pthread_t

    /// Starts a thread with 8 MiB of stack; the first 15 bytes of `name` are shown by ps and top.
    ///
    /// The body may capture what is not Sendable, if nothing else keeps it.
    public static func start(
        name: String, _ body: sending @escaping () -> Void
    ) throws(SystemError) -> OSThread {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { _ = unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
        let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, &attributes,
            { raw in
                guard let raw = unsafe raw else { return nil }
                let start = unsafe Unmanaged<ThreadStart>.fromOpaque(raw).takeRetainedValue()
                unsafe duet_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw SystemError(call: "pthread_create", errno: code)
        }
        return OSThread(handle: handle)
    }

    private init(handle: pthread_t) {
        self.handle = handle
    }

    deinit { pthread_detach(handle) }

    /// Waits until the body has returned.
    public consuming func join() {
        _ = pthread_join(handle, nil)
        discard self
    }
}

/// What crosses into the new thread.
private final class ThreadStart {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}
