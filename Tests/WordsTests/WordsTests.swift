import Testing
import Words

@Test func theNearestNameForgivesTypingErrors() {
    let known = ["num_samples", "model", "include_reference", "seeds", "params"]
    #expect(nearestName(to: "num_sample", among: known) == "num_samples")
    #expect(nearestName(to: "modle", among: known) == "model")
    #expect(nearestName(to: "Seeds", among: known) == "seeds")
    #expect(nearestName(to: "includereference", among: known) == "include_reference")
    #expect(nearestName(to: "par", among: known) == "params")
    #expect(nearestName(to: "colour", among: known) == nil)
    #expect(nearestName(to: "x", among: known) == nil)
}

@Test func countsAreGroupedAndAgreeWithTheirNoun() {
    #expect(counted(1, "task") == "1 task")
    #expect(counted(0, "task") == "0 tasks")
    #expect(counted(1204, "task") == "1 204 tasks")
    #expect(counted(-1_234_567, "task") == "-1 234 567 tasks")
    #expect(counted(2, "proxy", "proxies") == "2 proxies")
}

@Test func namesAreListedAsInASentence() {
    #expect(listed([]) == "")
    #expect(listed(["a"]) == "a")
    #expect(listed(["a", "b", "c"]) == "a, b and c")
    #expect(listed(["a", "b", "c", "d"], most: 2) == "a, b and 2 more")
}
