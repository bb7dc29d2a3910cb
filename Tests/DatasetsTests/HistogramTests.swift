import Testing

@testable import Datasets

@Test func aHistogramCountsEveryValueInFewBins() {
    var histogram = Histogram()
    for index in 0..<10_000 { histogram.add(Double(index * index % 7919) / 100 - 3) }
    #expect(histogram.bars.reduce(0) { $0 + $1.count } == 10_000)
    #expect(histogram.bars.count <= Histogram.maximumBins)
    #expect(histogram.bars.count > Histogram.maximumBins / 2 - 1)
    #expect(histogram.bars.first.map { $0.start <= histogram.minimum } == true)
}

@Test func aHistogramDoesNotDependOnTheOrderOfValues() {
    let values = [0.001, -4e9, 3, 2.5, 1e-9, 77, 77, 0, -0.5, 1e14]
    func bars(_ values: [Double]) -> [Int] {
        var histogram = Histogram()
        for value in values { histogram.add(value) }
        return histogram.bars.map(\.count)
    }
    #expect(bars(values) == bars(values.reversed()))
    #expect(bars(values) == bars(values.sorted()))
}

@Test func equalValuesAreOneBar() {
    var histogram = Histogram()
    for _ in 0..<5 { histogram.add(0.1) }
    histogram.add(.nan)
    #expect(histogram.bars.map(\.count) == [5])
    #expect(histogram.mean == 0.1)
}
