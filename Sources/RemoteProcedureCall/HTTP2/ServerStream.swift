// One stream of a server's connection: a slot that is used again for the next stream when its own has closed.
//
// nghttp2 knows a stream by its slot's index, never by a pointer; the session checks the stream's id against the slot's.
// The service knows it by a `Call`, which is cut off from the slot when the call ends, so that a late answer goes nowhere.

import NIOCore

/// The state of one stream. Confined to its connection's event loop.
final class ServerStream {
  /// INVARIANT: a stream is reached by its session, or by a Call that the session cuts off before it goes.
  unowned(unsafe) let session: ServerSession
  let index: Int
  /// The stream's id, 0 while the slot is free.
  var id: Int32 = 0

  // What came.
  // INVARIANT: exclusivity is not checked where it is asked for with every frame. These are touched on one thread, and no
  // access spans a call out of this module.
  @exclusivity(unchecked) var head = RequestHead()
  @exclusivity(unchecked) var reader: MessageReader
  /// All headers have arrived.
  var headIsComplete = false
  /// The client sends no more.
  var remoteEnded = false
  /// The stream is gone; the slot waits to be freed.
  var isClosed = false
  /// Bytes received that the client has not been credited for.
  var unconsumed = 0
  /// Bytes taken out of the connection's request budget for the message at the front.
  var reserved = 0
  /// Bytes for which the stream stands in the queue for that budget, 0 while it does not. One of the two is 0.
  var awaited = 0
  /// Since when something is missing from the request, or in a stream from the message at its front. Later than that when the
  /// client could not send it.
  var incompleteSince: NIODeadline?

  // The call.
  /// The headers were judged and a call was made of them.
  var hasBegun = false
  /// The last message and the end were handed to the service.
  var endDelivered = false
  var call: Call?
  var handler: (any StreamHandler)?
  var deadline: NIODeadline?

  // What goes out.
  @exclusivity(unchecked) var outgoing = ByteQueue()
  var headersSent = false
  /// nghttp2 waits for `resume`.
  var isDeferred = false
  /// How the call ended; nil while it goes on.
  var status: Status?
  /// `send` returned false: the handler waits for `writable`.
  var isStalled = false
  /// The service wants no messages for now.
  var isPaused = false
  /// When the client last took something of what waits.
  var progressAt = NIODeadline.uptimeNanoseconds(0)

  /// Memory of the two queues, as the session counts it.
  var weight = 0
  /// The session has this stream in its list of things to do.
  var isNoted = false

  init(session: ServerSession, index: Int, maximumMessageSize: Int) {
    self.session = session
    self.index = index
    reader = MessageReader(maximumSize: maximumMessageSize)
  }

  var isFinished: Bool { status != nil }

  /// Messages are handed to the service.
  var isReceiving: Bool { !isStalled && !isPaused }

  func open(id: Int32, now: NIODeadline) {
    self.id = id
    incompleteSince = now
    progressAt = now
  }

  /// Makes the slot ready for another stream.
  /// - Parameter keepingStorage: false to give the buffers back
  func recycle(keepingStorage: Bool) {
    id = 0
    head = RequestHead()
    reader.reset()
    headIsComplete = false
    remoteEnded = false
    isClosed = false
    unconsumed = 0
    reserved = 0
    awaited = 0
    incompleteSince = nil
    hasBegun = false
    endDelivered = false
    handler = nil
    deadline = nil
    outgoing.reset(keepingCapacity: keepingStorage ? 1_024 : 0)
    headersSent = false
    isDeferred = false
    status = nil
    isStalled = false
    isPaused = false
    // A call that the service still holds stays its own for ever; one that nobody holds serves the next stream.
    if !isKnownUniquelyReferenced(&call) { call = nil }
  }
}
