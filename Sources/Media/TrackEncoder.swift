import CFFmpeg

/// Codes the frames of one track.
@safe struct TrackEncoder: ~Copyable {
    let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String

    /// Prepares a codec; `configure` sets what is particular to pictures or sound.
    init(
        _ codec: EncodingPlan.Codec, path: String, needsGlobalHeader: Bool,
        configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
    ) throws(MediaError) {
        FFmpegLog.begin()
        guard let found = unsafe avcodec_find_encoder_by_name(codec.name) else {
            throw MediaError(
                .unsupported, path, "this FFmpeg has no encoder \(codec.name)",
                advice: "install one that has, such as Debian's")
        }
        guard let context = unsafe avcodec_alloc_context3(found) else {
            fatalError("out of memory")
        }
        unsafe context.pointee.thread_count = 1
        unsafe context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        if needsGlobalHeader { unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        unsafe context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
        unsafe configure(context)
        var status: Int32 = 0
        for (key, value) in codec.options.sorted(by: { $0.key < $1.key }) where status >= 0 {
            status = unsafe av_opt_set(context, key, value, AV_OPT_SEARCH_CHILDREN)
        }
        if status >= 0 { status = unsafe avcodec_open2(context, found, nil) }
        guard status >= 0 else {
            var closing: UnsafeMutablePointer<AVCodecContext>? = unsafe context
            unsafe avcodec_free_context(&closing)
            throw MediaError(
                .invalidRequest, path, "\(codec.name) cannot code what was asked for",
                advice: "use another size, rate or container (MKV and WAV take all)",
                detail: FFmpegLog.take(status))
        }
        unsafe self.context = unsafe context
        self.path = path
    }

    deinit {
        var closing: UnsafeMutablePointer<AVCodecContext>? = unsafe context
        unsafe avcodec_free_context(&closing)
    }

    /// Hands over a frame, or nil at the end.
    func send(_ frame: UnsafeMutablePointer<AVFrame>?) throws(MediaError) {
        FFmpegLog.begin()
        let status = unsafe avcodec_send_frame(context, frame)
        guard status >= 0 else { throw failure(status) }
    }

    /// Takes the next coded packet; false when another frame is needed first.
    func receive(into packet: borrowing Packet) throws(MediaError) -> Bool {
        let status = unsafe avcodec_receive_packet(context, packet.pointer)
        if status == duet_try_again || status == duet_end_of_file { return false }
        guard status >= 0 else { throw failure(status) }
        return true
    }

    private func failure(_ status: Int32) -> MediaError {
        let name = unsafe String(cString: avcodec_get_name(context.pointee.codec_id))
        return MediaError(
            .unwritable, path, "\(name) could not code a frame", detail: FFmpegLog.take(status))
    }
}
