import CFFmpeg

/// A container that is being written.
@safe struct Muxer: ~Copyable {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let packet = Packet()
    /// The name to write to, and the one to speak of.
    private let temporary: String
    private let path: String

    /// Creates a container in memory; nothing is written yet.
    init(_ plan: EncodingPlan, _ temporary: String, _ path: String) throws(MediaError) {
        FFmpegLog.begin()
        var made: UnsafeMutablePointer<AVFormatContext>?
        let status = unsafe avformat_alloc_output_context2(&made, nil, plan.container, temporary)
        guard status >= 0, let made = unsafe made else {
            throw MediaError(
                .unsupported, path, "this FFmpeg cannot write \(plan.container)",
                detail: FFmpegLog.take(status))
        }
        // No dates, versions or random numbers in the file.
        unsafe made.pointee.flags |= AVFMT_FLAG_BITEXACT
        // Packets of all tracks are put in order before they are written, whichever came first.
        unsafe made.pointee.max_interleave_delta = 0
        unsafe context = unsafe made
        self.temporary = temporary
        self.path = path
    }

    deinit {
        unsafe avio_closep(&context.pointee.pb)
        unsafe avformat_free_context(context)
    }

    /// Whether codecs shall put their headers into the container's.
    var needsGlobalHeader: Bool {
        unsafe context.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0
    }

    /// Adds the track of an encoder and returns its number.
    func addTrack(_ encoder: borrowing TrackEncoder, rate: Rate?, rotation: Int) -> Int {
        guard let stream = unsafe avformat_new_stream(context, nil) else {
            fatalError("out of memory")
        }
        _ = unsafe avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context)
        unsafe stream.pointee.time_base = encoder.context.pointee.time_base
        if let rate {
            unsafe stream.pointee.avg_frame_rate = AVRational(
                num: Int32(rate.numerator), den: Int32(rate.denominator))
        }
        if rotation != 0 {
            let data = unsafe av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 36)
            unsafe data?.withMemoryRebound(to: Int32.self, capacity: 9) {
                unsafe av_display_rotation_set($0, Double(rotation))
            }
        }
        return Int(unsafe stream.pointee.index)
    }

    /// Opens the file and writes its header.
    func begin(_ settings: [String: String]) throws(MediaError) {
        FFmpegLog.begin()
        var status = unsafe avio_open2(
            &context.pointee.pb, "file:\(temporary)", AVIO_FLAG_WRITE, nil, nil)
        if status >= 0 {
            var options: OpaquePointer?
            for (key, value) in settings { unsafe av_dict_set(&options, key, value, 0) }
            status = unsafe avformat_write_header(context, &options)
            unsafe av_dict_free(&options)
        }
        guard status >= 0 else { throw failure(status) }
    }

    /// Writes all packets that an encoder has ready.
    func drain(_ encoder: borrowing TrackEncoder, track: Int) throws(MediaError) {
        while try encoder.receive(into: packet) {
            guard let stream = unsafe context.pointee.streams[track] else { return }
            let ticks = unsafe (encoder.context.pointee.time_base, stream.pointee.time_base)
            unsafe av_packet_rescale_ts(packet.pointer, ticks.0, ticks.1)
            unsafe packet.pointer.pointee.stream_index = Int32(track)
            let status = unsafe av_interleaved_write_frame(context, packet.pointer)
            guard status >= 0 else { throw failure(status) }
        }
    }

    /// Writes the index and closes the file.
    func finish() throws(MediaError) {
        FFmpegLog.begin()
        var status = unsafe av_write_trailer(context)
        let closed = unsafe avio_closep(&context.pointee.pb)
        if status >= 0 { status = closed }
        guard status >= 0 else { throw failure(status) }
    }

    private func failure(_ status: Int32) -> MediaError {
        MediaError(
            .unwritable, path, "it cannot be written",
            advice: "give a path in a folder that exists, is writable and has room",
            detail: FFmpegLog.take(status))
    }
}
