import Testing

/// Real processes, real ZeroMQ, a real private Postgres, and `kill -9`.
///
/// One test at a time: each is a whole stack, and two stacks would only wait for each other.
@Suite(.serialized) struct EndToEnd {}
