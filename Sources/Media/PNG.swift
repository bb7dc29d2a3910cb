import CFFmpeg

extension Picture {
    /// Returns the picture as the bytes of a PNG file, the same every time; `path` is for errors.
    public func png(for path: String) throws(MediaError) -> [UInt8] {
        let codec = EncodingPlan.Codec(name: "png", format: "rgb24", options: ["pred": "paeth"])
        let tick = AVRational(num: 1, den: 1)
        let pictures = try PictureEncoder(
            codec, size: size, rate: .usual, timeBase: tick, path: path, needsGlobalHeader: false)
        let packet = Packet()
        try pictures.load(self, at: 0)
        try unsafe pictures.encoder.send(nil)
        guard try pictures.encoder.receive(into: packet) else {
            throw MediaError(.unwritable, path, "the PNG encoder returned nothing")
        }
        return unsafe Array(
            UnsafeBufferPointer(
                start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
    }

    /// Writes the picture to a PNG file.
    public func writePNG(_ path: String) throws(MediaError) {
        try AtomicFile(path).write(png(for: path))
    }
}
