import CKernels

/// Returns `softmax(scale · query · keyᵀ + bias) · value` for each batch item and head.
///
/// `query` is `[batch, queries, heads, width]`, `key` and `value` `[batch, keys, heads, width]`;
/// the result has the query's shape. `bias` is broadcast to `[batch, heads, queries, keys]` and
/// is how masks and relative positions come in. The score matrix is never stored whole.
public func attention(
    query: Tensor, key: Tensor, value: Tensor, scale: Float? = nil, bias: Tensor? = nil
) -> Tensor {
    let inputs = [query, key, value]
    if bias != nil, inputs.contains(where: \.isTracked) || bias?.isTracked == true {
        return attentionByParts(query, key, value, scale: scale, bias: bias)
    }
    let (q, k, v) = (
        query.detached().withContiguousRows(), key.detached().withContiguousRows(),
        value.detached().withContiguousRows()
    )
    invariant(
        q.rank == 4 && k.rank == 4 && k.shape == v.shape && k.shape[0] == q.shape[0]
            && k.shape[2...] == q.shape[2...],
        "a query of \(q.shape) does not fit a key of \(k.shape) and a value of \(v.shape)")
    let result = Tensor(uninitialised: q.shape)
    let (batch, queries, heads, width) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3])
    let keys = k.shape[1]
    invariant(keys > 0, "attention needs at least one key")
    guard result.count > 0 else { return result }
    let isWanted = inputs.contains(where: \.isTracked) && !Recording.isPaused
    let logs = isWanted ? Tensor(uninitialised: [batch, heads, queries]) : nil
    let added = bias?.converted(to: .f32).broadcast(to: [batch, heads, queries, keys])
    let scale = scale ?? 1 / Float(width).squareRoot()
    var job = unsafe attentionJob(q, k, v, result, scale: scale)
    if let added {
        unsafe job.bias = added.floats
        unsafe (job.bias_batch, job.bias_head) = (added.strides[0], added.strides[1])
        unsafe (job.bias_query, job.bias_key) = (added.strides[2], added.strides[3])
    }
    unsafe job.logs = logs?.address.assumingMemoryBound(to: Float.self)
    withExtendedLifetime((q, k, v, added, logs)) {
        let items = unsafe AttentionItems(job: unsafe job)
        items.run(alone: batch * heads * queries * keys * width < 1 << 18)
    }
    guard let logs else { return result }
    return result.recorded(from: inputs) { [nodes = inputs.map(\.node)] gradient, walk in
        let gradients = attentionGradients(q, k, v, result, logs, gradient, scale: scale)
        for (node, gradient) in zip(nodes, gradients) { walk.add(gradient, to: node) }
    }
}

/// The gradients of attention's query, key and value; `logs` is what its kernel left behind.
private func attentionGradients(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ result: Tensor, _ logs: Tensor, _ gradient: Tensor,
    scale: Float
) -> [Tensor] {
    invariant(q.shape[3] <= 768, "the gradient of attention needs heads of at most 768")
    let given = gradient.contiguous()
    let gradients = [q, k, v].map { Tensor(uninitialised: $0.shape) }
    var job = unsafe duet_attention_back()
    unsafe job.forward = attentionJob(q, k, v, result, scale: scale)
    unsafe job.forward.logs = logs.address.assumingMemoryBound(to: Float.self)
    unsafe job.out_gradient = given.floats
    unsafe job.query_gradient = gradients[0].address.assumingMemoryBound(to: Float.self)
    unsafe job.key_gradient = gradients[1].address.assumingMemoryBound(to: Float.self)
    unsafe job.value_gradient = gradients[2].address.assumingMemoryBound(to: Float.self)
    withExtendedLifetime((q, k, v, result, logs, given, gradients)) {
        unsafe AttentionHeads(job: unsafe job).run()
    }
    return gradients
}

private func attentionJob(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ result: Tensor, scale: Float
) -> duet_attention {
    var job = unsafe duet_attention()
    unsafe (job.batch, job.heads, job.queries, job.keys, job.width) = (
        q.shape[0], q.shape[2], q.shape[1], k.shape[1], q.shape[3]
    )
    unsafe (job.query, job.key, job.value) = (q.floats, k.floats, v.floats)
    unsafe job.out = result.address.assumingMemoryBound(to: Float.self)
    unsafe (job.query_batch, job.query_token, job.query_head) = (
        q.strides[0], q.strides[1], q.strides[2]
    )
    unsafe (job.key_batch, job.key_token, job.key_head) = (k.strides[0], k.strides[1], k.strides[2])
    unsafe (job.value_batch, job.value_token, job.value_head) = (
        v.strides[0], v.strides[1], v.strides[2]
    )
    unsafe (job.out_batch, job.out_token, job.out_head) = (
        result.strides[0], result.strides[1], result.strides[2]
    )
    unsafe job.scale = scale
    return unsafe job
}

/// Attention with its scores stored: what has a gradient with a bias, too.
private func attentionByParts(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, scale: Float?, bias: Tensor?
) -> Tensor {
    let (q, k, v) = (query.transposed(1, 2), key.transposed(1, 2), value.transposed(1, 2))
    var scores = q.matmul(k.transposed()) * (scale ?? 1 / Float(q.shape[3]).squareRoot())
    if let bias { scores = scores + bias }
    return scores.softmax().matmul(v).transposed(1, 2)
}

/// The heads of a batch, each of which a thread takes alone back from result to inputs.
// Unchecked: each head writes its own part of the gradients.
@safe private struct AttentionHeads: @unchecked Sendable {
    let job: duet_attention_back

    func run() {
        let heads = unsafe job.forward.batch * job.forward.heads
        Team.current.run(heads) { head in
            unsafe withUnsafePointer(to: job) { job in
                unsafe duet_attend_back(job, head, head + 1)
            }
        }
    }
}

/// Attention's items of work, which threads share.
// Unchecked: each item writes its own queries of the result.
@safe private struct AttentionItems: @unchecked Sendable {
    let job: duet_attention

    func run(alone: Bool) {
        let per = Int(DUET_ATTENTION_QUERIES)
        let chunks = unsafe (job.queries + per - 1) / per
        let heads = unsafe job.batch * job.heads
        let threads = alone ? 1 : Team.current.threads
        // A head's keys are packed once per part, so parts are whole heads while those suffice.
        let parts = heads >= threads ? heads : heads * chunks
        let items = heads * chunks
        Team.current.run(alone ? 1 : parts) { part in
            let parts = alone ? 1 : parts
            unsafe withUnsafePointer(to: job) { job in
                unsafe duet_attend(job, part * items / parts, (part + 1) * items / parts)
            }
        }
    }
}
