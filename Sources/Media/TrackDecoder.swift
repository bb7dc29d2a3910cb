import CFFmpeg

/// Decodes the packets of one track, one frame at a time.
@safe struct TrackDecoder: ~Copyable {
    /// The frame that `receive` filled last.
    let frame: UnsafeMutablePointer<AVFrame>
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String
    private let kind: String

    /// Opens the decoder of a track.
    ///
    /// One thread, because a worker's cores are shared out by the worker; and damage is an error
    /// rather than something to paint over.
    init(
        _ stream: UnsafeMutablePointer<AVStream>, kind: String, path: String, limits: MediaLimits
    ) throws(MediaError) {
        let parameters = unsafe stream.pointee.codecpar
        let id = unsafe stream.pointee.codecpar.pointee.codec_id
        let name = unsafe String(cString: avcodec_get_name(id))
        guard let codec = unsafe avcodec_find_decoder(id) else {
            throw MediaError(
                .unsupported, path,
                id == AV_CODEC_ID_NONE
                    ? "the codec of its \(kind) is unknown"
                    : "there is no decoder for its \(kind) codec, \(name)",
                advice: "convert it to MP4 or MKV first")
        }
        guard let context = unsafe avcodec_alloc_context3(codec) else {
            fatalError("out of memory")
        }
        unsafe avcodec_parameters_to_context(context, parameters)
        unsafe context.pointee.pkt_timebase = stream.pointee.time_base
        unsafe context.pointee.thread_count = 1
        unsafe context.pointee.err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE
        unsafe context.pointee.max_pixels = Int64(limits.pictureSide * limits.pictureSide)
        FFmpegLog.begin()
        let status = unsafe avcodec_open2(context, codec, nil)
        guard status >= 0 else {
            var closing: UnsafeMutablePointer<AVCodecContext>? = unsafe context
            unsafe avcodec_free_context(&closing)
            throw MediaError(
                .damaged, path, "its \(kind) (\(name)) cannot be decoded: the header is wrong",
                advice: "fetch or export it again", detail: FFmpegLog.take(status))
        }
        guard let frame = unsafe av_frame_alloc() else { fatalError("out of memory") }
        unsafe self.context = unsafe context
        unsafe self.frame = unsafe frame
        self.path = path
        self.kind = kind
    }

    deinit {
        var closing: UnsafeMutablePointer<AVCodecContext>? = unsafe context
        unsafe avcodec_free_context(&closing)
        var freed: UnsafeMutablePointer<AVFrame>? = unsafe frame
        unsafe av_frame_free(&freed)
    }

    /// Hands over a packet, or nil to get the frames that are still inside.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) throws(MediaError) {
        FFmpegLog.begin()
        if let packet = unsafe packet, unsafe packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 {
            throw damaged(unsafe packet.pointee.pts, 0)
        }
        let status = unsafe avcodec_send_packet(context, packet)
        guard status >= 0 || status == duet_end_of_file else {
            throw damaged(unsafe packet.map { unsafe $0.pointee.pts } ?? duet_no_timestamp, status)
        }
    }

    /// Decodes the next frame into `frame`; false when another packet is needed first.
    func receive() throws(MediaError) -> Bool {
        let status = unsafe avcodec_receive_frame(context, frame)
        if status == duet_try_again || status == duet_end_of_file { return false }
        let errors = unsafe frame.pointee.decode_error_flags
        let isCorrupt = unsafe frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
        guard status >= 0, errors == 0, !isCorrupt else {
            throw damaged(unsafe frame.pointee.best_effort_timestamp, status)
        }
        return true
    }

    private func damaged(_ ticks: Int64, _ status: Int32) -> MediaError {
        let base = unsafe context.pointee.pkt_timebase
        let seconds = Double(ticks) * Double(base.num) / Double(max(base.den, 1))
        let place = ticks == duet_no_timestamp ? "" : " at \(inSeconds(seconds))"
        return MediaError(
            .damaged, path, "its \(kind) is damaged\(place)",
            advice: "fetch or export it again, or leave it out", detail: FFmpegLog.take(status))
    }
}

/// Writes a time with two decimals, such as `1.50 s`.
func inSeconds(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "\(seconds) s" }
    let hundredths = Int((abs(seconds) * 100).rounded())
    let rest = hundredths % 100
    return "\(seconds < 0 ? "-" : "")\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
}
