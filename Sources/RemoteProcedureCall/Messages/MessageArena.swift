// Protobuf messages in this thread's arena: where they are unpacked, and where outgoing ones are put together.
//
// protobuf-c speaks of pointers; a message and all that hangs on it live in one arena and vanish together, so nothing is
// freed piece by piece and a hostile message cannot unpack to more than the arena holds. One arena is open per thread at
// a time: opening the next one ends the last, and every pointer into it.

import CCountersign
import CProtobufC

public struct MessageArena: ~Copyable {
  @usableFromInline let allocator: UnsafeMutablePointer<ProtobufCAllocator>

  /// - Throws: RESOURCE_EXHAUSTED when the process has no memory for it.
  @inlinable public init() throws(Status) {
    guard let allocator = countersign_arena_begin() else { throw Status(.resourceExhausted, "out of memory") }
    self.allocator = allocator
  }

  /// Unpacks one message.
  /// - Parameter unpack: the generated `..._unpack` function.
  /// - Throws: INVALID_ARGUMENT for bytes that are no such message, RESOURCE_EXHAUSTED for one that unpacks to too much.
  @inlinable public borrowing func unpack<Message>(
    _ bytes: UnsafeRawBufferPointer,
    with unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<
      Message
    >?
  ) throws(Status) -> UnsafeMutablePointer<Message> {
    let message =
      bytes.isEmpty
      ? withUnsafePointer(to: 0 as UInt8) { unpack(allocator, 0, $0) }
      : unpack(allocator, bytes.count, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    if let message { return message }
    throw Self.unpackingFailure
  }

  @usableFromInline static var unpackingFailure: Status {
    countersign_arena_exhausted()
      ? Status(.resourceExhausted, "message unpacks to more than \(32 << 20) bytes")
      : Status(.invalidArgument, "bytes are not a message of the expected type")
  }

  /// A new message.
  /// - Parameter initialize: the generated `..._init` function.
  @inlinable public borrowing func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>?) -> Void
  ) throws(Status) -> UnsafeMutablePointer<Message> {
    let pointer = try allocate(Message.self, count: 1)
    initialize(pointer)
    return pointer
  }

  /// Room for a repeated field of messages.
  @inlinable public borrowing func array<Message>(
    of type: Message.Type, count: Int
  ) throws(Status) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
    try allocate(UnsafeMutablePointer<Message>?.self, count: count)
  }

  /// Room for a repeated field of strings.
  @inlinable public borrowing func array(count: Int) throws(Status) -> UnsafeMutablePointer<ProtobufCBinaryData> {
    try allocate(ProtobufCBinaryData.self, count: count)
  }

  /// A copy of `bytes` as the value of a string field.
  @inlinable public borrowing func bytes(_ bytes: some Collection<UInt8>) throws(Status) -> ProtobufCBinaryData {
    if bytes.isEmpty { return ProtobufCBinaryData(len: 0, data: nil) }
    let copy = try allocate(UInt8.self, count: bytes.count)
    _ = UnsafeMutableBufferPointer(start: copy, count: bytes.count).initialize(fromContentsOf: bytes)
    return ProtobufCBinaryData(len: bytes.count, data: copy)
  }

  /// Bytes written by `body`, which fills exactly `count`, as the value of a string field.
  @inlinable public borrowing func bytes(
    count: Int, _ body: (UnsafeMutableRawPointer) -> Void
  ) throws(Status) -> ProtobufCBinaryData {
    let bytes = try allocate(UInt8.self, count: count)
    body(bytes)
    return ProtobufCBinaryData(len: count, data: bytes)
  }

  /// Room for `count` values that are not initialized.
  @inlinable borrowing func allocate<T>(_ type: T.Type, count: Int) throws(Status) -> UnsafeMutablePointer<T> {
    let (size, overflow) = MemoryLayout<T>.stride.multipliedReportingOverflow(by: count)
    guard !overflow, let memory = allocator.pointee.alloc(allocator.pointee.allocator_data, size) else {
      throw Status(.resourceExhausted, "message takes more than \(32 << 20) bytes to build")
    }
    return memory.bindMemory(to: T.self, capacity: count)
  }
}
