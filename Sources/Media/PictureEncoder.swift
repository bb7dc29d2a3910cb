import CFFmpeg

/// Codes pictures: RGB to the codec's own pixels, BT.601 with the usual range for YUV.
///
/// That matrix is named in the stream and is also what readers assume who do not look.
@safe struct PictureEncoder: ~Copyable {
    let encoder: TrackEncoder
    /// The track's number in the container.
    var track = 0
    private let scaler: OpaquePointer
    private let source: UnsafeMutablePointer<AVFrame>
    private let target: UnsafeMutablePointer<AVFrame>
    private let size: PictureSize

    /// Prepares; a picture's time is given in units of `timeBase`.
    init(
        _ codec: EncodingPlan.Codec, size: PictureSize, rate: Rate, timeBase: AVRational,
        path: String, needsGlobalHeader: Bool
    ) throws(MediaError) {
        let format = unsafe av_get_pix_fmt(codec.format)
        guard codec.format != "yuv420p" || (size.width % 2 == 0 && size.height % 2 == 0) else {
            throw MediaError(
                .invalidRequest, path, "pictures of \(size) cannot be written: one side is odd",
                advice: "use even sides, or write an MKV file")
        }
        let isRGB = codec.format.contains("rgb") || codec.format.contains("bgr")
        let encoder = try unsafe TrackEncoder(
            codec, path: path, needsGlobalHeader: needsGlobalHeader
        ) { context in
            unsafe context.pointee.width = Int32(size.width)
            unsafe context.pointee.height = Int32(size.height)
            unsafe context.pointee.pix_fmt = format
            unsafe context.pointee.time_base = timeBase
            unsafe context.pointee.framerate = AVRational(
                num: Int32(rate.numerator), den: Int32(rate.denominator))
            unsafe context.pointee.color_primaries = AVCOL_PRI_BT709
            unsafe context.pointee.color_trc = AVCOL_TRC_BT709
            unsafe context.pointee.colorspace = isRGB ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M
            unsafe context.pointee.color_range = isRGB ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        }
        let flags = SWS_BICUBIC | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND | SWS_BITEXACT
        let (width, height) = (Int32(size.width), Int32(size.height))
        guard
            let scaler = unsafe sws_getContext(
                width, height, AV_PIX_FMT_RGB24, width, height, format, flags, nil, nil, nil)
        else {
            throw MediaError(.unsupported, path, "RGB cannot be converted to \(codec.format)")
        }
        let matrix = unsafe sws_getCoefficients(SWS_CS_ITU601)
        _ = unsafe sws_setColorspaceDetails(scaler, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16)
        self.encoder = encoder
        unsafe self.scaler = unsafe scaler
        unsafe source = unsafe makeFrame(size, AV_PIX_FMT_RGB24)
        unsafe target = unsafe makeFrame(size, format)
        self.size = size
    }

    deinit {
        unsafe sws_freeContext(scaler)
        var frames: [UnsafeMutablePointer<AVFrame>?] = unsafe [source, target]
        for index in 0..<2 { unsafe av_frame_free(&frames[index]) }
    }

    /// Codes a picture that is shown from `time` on.
    mutating func send(
        _ picture: Picture, at time: Int64, to muxer: borrowing Muxer
    ) throws(MediaError) {
        try load(picture, at: time)
        try muxer.drain(encoder, track: track)
    }

    /// Hands the codec a picture.
    func load(_ picture: Picture, at time: Int64) throws(MediaError) {
        precondition(picture.size == size)
        guard unsafe av_frame_make_writable(target) >= 0 else { fatalError("out of memory") }
        let row = size.width * 3
        let stride = Int(unsafe source.pointee.linesize.0)
        unsafe picture.bytes.withUnsafeBytes { bytes in
            guard let from = bytes.baseAddress, let to = unsafe source.pointee.data.0 else {
                return
            }
            for y in 0..<size.height {
                unsafe UnsafeMutableRawPointer(to + y * stride)
                    .copyMemory(from: from + y * row, byteCount: row)
            }
        }
        _ = unsafe sws_scale_frame(scaler, target, source)
        unsafe target.pointee.pts = time
        try unsafe encoder.send(target)
    }

    /// Writes what the codec still holds.
    mutating func finish(to muxer: borrowing Muxer) throws(MediaError) {
        try unsafe encoder.send(nil)
        try muxer.drain(encoder, track: track)
    }
}

private func makeFrame(
    _ size: PictureSize, _ format: AVPixelFormat
) -> UnsafeMutablePointer<AVFrame> {
    guard let frame = unsafe av_frame_alloc() else { fatalError("out of memory") }
    unsafe frame.pointee.width = Int32(size.width)
    unsafe frame.pointee.height = Int32(size.height)
    unsafe frame.pointee.format = format.rawValue
    guard unsafe av_frame_get_buffer(frame, 0) >= 0 else { fatalError("out of memory") }
    return unsafe frame
}
