extension VideoClip {
    /// Returns the clip in another size and at another rate, as a reader gives a file's pictures.
    ///
    /// Picture k of the result is what this clip shows at (k + ½)/rate.
    public func converted(to size: PictureSize, rate: Rate, fit: PictureFit = .cover) -> VideoClip {
        if size == self.size, rate == self.rate { return self }
        var timing = PictureTiming(rate: rate)
        var result = VideoClip(size: size, rate: rate)
        var shown = Picture(size: size, red: 0, green: 0, blue: 0)
        func time(_ index: Int) -> MediaTime {
            MediaTime(
                ticks: Int64(index) * Int64(self.rate.denominator), numerator: 1,
                denominator: Int32(self.rate.numerator))
        }
        for index in 0..<count {
            for _ in 0..<timing.slotsBefore(time(index)) { result.bytes += shown.bytes }
            shown = self[index].fitted(to: size, pixelAspect: 1, fit)
        }
        for _ in 0..<timing.slotsUntil(end: time(count)) { result.bytes += shown.bytes }
        return result
    }
}

extension AudioClip {
    /// Returns the mean of all channels at another rate, as a reader gives a file's sound.
    public func converted(toMonoAt sampleRate: Int) -> AudioClip {
        AudioClip(
            sampleRate: sampleRate, channels: 1,
            samples: resample(mono, from: self.sampleRate, to: sampleRate))
    }
}
