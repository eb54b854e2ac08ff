// How much a client may send: bytes taken are credited at once, and a long message is paid for out of the connection's budget.
//
// What a stream may hold without asking is its window. A message that may not fit there has its size reserved when its
// prefix has come; from then on its bytes are credited as they arrive. When the budget is spent the stream waits in a queue
// with its window full. A reservation is for the message at the front alone: whenever that is another one, it is made anew.

import NIOCore

extension ServerSession {
  /// Keeps account of what is still missing, and lets the client go on sending where there is room.
  func watch(_ stream: ServerStream) {
    if stream.remoteEnded || !stream.isReceiving || (stream.reader.isEmpty && stream.handler != nil) {
      stream.incompleteSince = nil
    } else {
      let since = stream.incompleteSince ?? now
      stream.incompleteSince = since
      wake(at: since + limits.requestTimeout)
    }
    if let deadline = stream.deadline { wake(at: deadline) }

    let needed = neededBytes(stream)
    if needed != stream.reserved && needed != stream.awaited || needed == 0 { releaseReservation(stream) }
    if needed > 0 && stream.reserved == 0 { reserve(stream, needed) }
    if !stream.remoteEnded { creditConsumed(stream) }
  }

  /// What the message at the stream's front needs of the budget.
  private func neededBytes(_ stream: ServerStream) -> Int {
    // nghttp2 sends credit on once it is half a window; so a message of up to half a window always fits without more.
    guard let size = stream.reader.announcedSize, size > limits.streamWindow / 2 else { return 0 }
    // A message that is there keeps what it has, and has nothing to wait for.
    let isWhole = stream.remoteEnded || stream.reader.count >= size
    return isWhole && stream.reserved != size ? 0 : size
  }

  private func creditConsumed(_ stream: ServerStream) {
    let held = max(0, stream.reader.count - stream.reserved)
    let consumed = stream.unconsumed - held
    guard consumed > 0 else { return }
    stream.unconsumed = held
    credit(stream, consumed)
  }

  private func fits(_ size: Int) -> Bool { reservedBytes == 0 || reservedBytes + size <= limits.requestBudget }

  /// Takes a long message's size out of the budget, or puts the stream in the queue for it.
  private func reserve(_ stream: ServerStream, _ size: Int) {
    guard stream.awaited == 0 else { return }
    if waiting.isEmpty, fits(size) {
      stream.reserved = size
      reservedBytes += size
    } else {
      stream.awaited = size
      waiting.append((stream.index, stream.id))
    }
  }

  /// Gives back what the stream has of the budget, or its place in the queue, and serves the queue.
  func releaseReservation(_ stream: ServerStream) {
    guard stream.reserved > 0 || stream.awaited > 0 else { return }
    if stream.awaited > 0 { waiting.removeAll { $0.index == stream.index } }
    reservedBytes -= stream.reserved
    stream.reserved = 0
    stream.awaited = 0
    while let next = waiting.first {
      if let other = self.stream(at: next.index, id: next.id) {
        guard fits(other.awaited) else { return }
        other.reserved = other.awaited
        other.awaited = 0
        reservedBytes += other.reserved
        // While it waited it could not send: a tenth of the time, at least, is left for that.
        if let since = other.incompleteSince {
          let timeout = limits.requestTimeout
          other.incompleteSince = max(since, now - timeout + .nanoseconds(timeout.nanoseconds / 10))
        }
        creditConsumed(other)
      }
      waiting.removeFirst()
    }
  }

  /// The server's memory for bytes is spent: refuses this connection's requests sent by half, the largest first, until the
  /// rest is covered.
  func shed(_ streams: [ServerStream]) {
    let halfSent = streams.filter { $0.id != 0 && !$0.isClosed && !$0.isFinished && !$0.reader.isEmpty }
    for stream in halfSent.sorted(by: { $0.weight > $1.weight }) {
      report(.bufferedBytes, "")
      fail(stream, Status(.resourceExhausted, "the server has no memory left for requests sent by half"))
      if share.cover(bufferedBytes) { return }
    }
  }
}
