/// Stops the program with a message when a condition that callers must uphold does not hold.
///
/// `precondition` would be silent in optimised builds.
@inline(__always)
func invariant(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}
