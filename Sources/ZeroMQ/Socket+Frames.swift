import CZeroMQ
import Glibc

/// How a frame is sent.
public struct SendFlags: OptionSet, Sendable {
    /// The bits libzmq knows them by.
    public let rawValue: Int32

    /// Makes flags from libzmq's bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Another frame of the same message follows.
    public static let more = SendFlags(rawValue: ZMQ_SNDMORE)
    /// Returns `wouldBlock` at once when there is no room.
    public static let dontWait = SendFlags(rawValue: ZMQ_DONTWAIT)
}

/// What became of a frame given to `send`.
public enum SendOutcome: Hashable, Sendable {
    /// It is queued for the peer.
    case sent
    /// The queue is full, or nobody is connected; nothing was queued.
    case wouldBlock
    /// A mandatory router does not know the peer; nothing was queued.
    case unroutable
}

extension Socket {
    /// Queues one frame; without `dontWait` it waits until there is room.
    public func send(_ frame: [UInt8], _ flags: SendFlags = []) throws(ZeroMQError) -> SendOutcome {
        unsafe try send(frame.span.bytes, flags)
    }

    /// Queues one frame from borrowed bytes, which are copied.
    public func send(_ frame: RawSpan, _ flags: SendFlags = []) throws(ZeroMQError) -> SendOutcome {
        while true {
            let code = unsafe frame.withUnsafeBytes {
                unsafe zmq_send(handle.pointer, $0.baseAddress, $0.count, flags.rawValue)
            }
            if code >= 0 { return .sent }
            switch zmq_errno() {
            case EAGAIN: return .wouldBlock
            case EHOSTUNREACH: return .unroutable
            case EINTR: continue
            default: throw .last("zmq_send", "\(frame.byteCount) bytes")
            }
        }
    }

    /// Queues a message of one frame for the peer a router knows by `routingID`.
    ///
    /// Never waits: a peer whose queue is full answers `wouldBlock` if the router is mandatory,
    /// and otherwise the message is dropped.
    public func send(_ frame: [UInt8], to routingID: [UInt8]) throws(ZeroMQError) -> SendOutcome {
        let outcome = try send(routingID, [.more, .dontWait])
        guard outcome == .sent else { return outcome }
        return try send(frame, .dontWait)
    }

    /// Takes the next frame; nil when `dontWait` is given and none is there.
    public func receive(dontWait: Bool = false) throws(ZeroMQError) -> [UInt8]? {
        try receiveFrame(dontWait: dontWait)?.bytes
    }

    /// Takes the next whole message; nil when `dontWait` is given and none is there.
    ///
    /// A message of more than `frameLimit` frames is read to its end and returned cut to that
    /// many. So ask for one more than a good message has, and refuse any other count.
    public func receiveMultipart(
        dontWait: Bool = false, frameLimit: Int = 8
    ) throws(ZeroMQError) -> [[UInt8]]? {
        precondition(frameLimit > 0)
        guard var frame = try receiveFrame(dontWait: dontWait) else { return nil }
        var frames = [frame.bytes]
        while frame.more {
            // All frames of a message arrive together, so this never waits.
            guard let next = try receiveFrame(dontWait: false) else { break }
            if frames.count < frameLimit { frames.append(next.bytes) }
            frame = next
        }
        return frames
    }

    private func receiveFrame(
        dontWait: Bool
    ) throws(ZeroMQError) -> (bytes: [UInt8], more: Bool)? {
        var message = zmq_msg_t()
        guard unsafe zmq_msg_init(&message) == 0 else { throw .last("zmq_msg_init") }
        defer { unsafe _ = zmq_msg_close(&message) }
        while unsafe zmq_msg_recv(&message, handle.pointer, dontWait ? ZMQ_DONTWAIT : 0) < 0 {
            switch zmq_errno() {
            case EAGAIN: return nil
            case EINTR: continue
            default: throw .last("zmq_msg_recv")
            }
        }
        let size = unsafe zmq_msg_size(&message)
        let bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: size))
        return (bytes, unsafe zmq_msg_more(&message) != 0)
    }
}
