import CFFmpeg

/// Turns decoded frames into RGB pictures of the same size.
///
/// Colours follow the frame's own matrix and range; a frame that does not name its matrix counts as
/// BT.601, as FFmpeg and what builds on it do. Chroma is interpolated and rounding is exact, so
/// that every machine gives the same bytes.
@safe struct PictureConverter: ~Copyable {
    private struct Layout: Equatable {
        var size: PictureSize
        var format: Int32
        var matrix: UInt32
        var isFullRange: Bool
    }

    private var layout: Layout?
    private var scaler: OpaquePointer?
    private var buffer: [UInt8] = []

    init() {}

    deinit { unsafe sws_freeContext(scaler) }

    /// Converts a frame; nil when its pixels have a layout that cannot be converted.
    mutating func convert(_ frame: UnsafeMutablePointer<AVFrame>) -> Picture? {
        let size = PictureSize(
            width: Int(unsafe frame.pointee.width), height: Int(unsafe frame.pointee.height))
        let layout = Layout(
            size: size, format: unsafe frame.pointee.format,
            matrix: unsafe frame.pointee.colorspace.rawValue,
            isFullRange: unsafe frame.pointee.color_range == AVCOL_RANGE_JPEG
                || isJPEGFormat(AVPixelFormat(frame.pointee.format)))
        if self.layout != layout, !prepare(layout) { return nil }
        // Rows are padded because the scaler writes whole vectors.
        let stride = paddedStride(size.width)
        let done = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe withPlanes(of: frame) { planes, strides in
                var target: [UnsafeMutablePointer<UInt8>?] = unsafe [
                    bytes.baseAddress, nil, nil, nil,
                ]
                let strideOut = [Int32(stride), 0, 0, 0]
                return unsafe sws_scale(
                    scaler, planes, strides, 0, Int32(size.height), &target, strideOut)
            }
        }
        guard done == size.height else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area * 3)
        for row in 0..<size.height {
            bytes += buffer[row * stride..<row * stride + size.width * 3]
        }
        return Picture(size: size, bytes: bytes)
    }

    private mutating func prepare(_ layout: Layout) -> Bool {
        unsafe sws_freeContext(scaler)
        unsafe scaler = nil
        self.layout = nil
        let (width, height) = (Int32(layout.size.width), Int32(layout.size.height))
        let flags =
            SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND | SWS_BITEXACT
        unsafe scaler = unsafe sws_getContext(
            width, height, AVPixelFormat(layout.format), width, height, AV_PIX_FMT_RGB24, flags,
            nil, nil, nil)
        guard unsafe scaler != nil else { return false }
        let matrix = unsafe sws_getCoefficients(Int32(layout.matrix))
        _ = unsafe sws_setColorspaceDetails(
            scaler, matrix, layout.isFullRange ? 1 : 0, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
            1 << 16, 1 << 16)
        buffer = [UInt8](repeating: 0, count: paddedStride(layout.size.width) * layout.size.height)
        self.layout = layout
        return true
    }

    private func isJPEGFormat(_ format: AVPixelFormat) -> Bool {
        format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P
            || format == AV_PIX_FMT_YUVJ444P || format == AV_PIX_FMT_YUVJ440P
    }
}

private func paddedStride(_ width: Int) -> Int { (width * 3 + 127) / 64 * 64 }

/// Calls `body` with a frame's planes and the lengths of their rows, four of each.
private func withPlanes<Result>(
    of frame: UnsafeMutablePointer<AVFrame>,
    _ body: (UnsafePointer<UnsafePointer<UInt8>?>, UnsafePointer<Int32>) -> Result
) -> Result {
    let data = unsafe frame.pointee.data
    let strides = unsafe frame.pointee.linesize
    let planes: [UnsafePointer<UInt8>?] = unsafe [data.0, data.1, data.2, data.3].map {
        unsafe $0.map { unsafe UnsafePointer($0) }
    }
    return unsafe body(planes, [strides.0, strides.1, strides.2, strides.3])
}
