import CFFmpeg

/// A piece of a file as it lies between container and codec.
@safe struct Packet: ~Copyable {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() {
        guard let pointer = unsafe av_packet_alloc() else { fatalError("out of memory") }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        var freed: UnsafeMutablePointer<AVPacket>? = unsafe pointer
        unsafe av_packet_free(&freed)
    }

    var track: Int { Int(unsafe pointer.pointee.stream_index) }

    func empty() { unsafe av_packet_unref(pointer) }
}
