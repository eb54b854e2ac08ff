// Sending protobuf-c's messages on a call: they are packed straight into the stream's buffer.

import CCountersign
import CProtobufC

extension Call {
  /// Sends the one message of a unary call and ends it with OK.
  /// - Parameter message: begins with its `base`, as all messages of protobuf-c do
  @inlinable public func reply<Message>(packing message: UnsafeMutablePointer<Message>) {
    let packing = Packing(message)
    reply(size: packing.size) { packing.write($0) }
  }

  /// Puts down the one message of a unary call, which leaves when the call is finished with OK.
  /// - Parameter message: begins with its `base`, as all messages of protobuf-c do
  @inlinable public func hold<Message>(packing message: UnsafeMutablePointer<Message>) {
    let packing = Packing(message)
    hold(size: packing.size) { packing.write($0) }
  }

  /// Sends one message of a stream. Returns false when the client reads too slowly: stop until `writable`.
  /// - Parameter message: begins with its `base`, as all messages of protobuf-c do
  @inlinable public func send<Message>(packing message: UnsafeMutablePointer<Message>) -> Bool {
    let packing = Packing(message)
    return send(size: packing.size) { packing.write($0) }
  }
}

@usableFromInline struct Packing {
  @usableFromInline let base: UnsafePointer<ProtobufCMessage>
  @usableFromInline let size: Int

  @inlinable init<Message>(_ message: UnsafeMutablePointer<Message>) {
    base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    size = protobuf_c_message_get_packed_size(base)
  }

  @inlinable func write(_ space: UnsafeMutableRawBufferPointer) {
    guard let start = space.baseAddress, size > 0 else { return }
    _ = protobuf_c_message_pack(base, start.assumingMemoryBound(to: UInt8.self))
  }
}

extension Array where Element == UInt8 {
  /// A message, packed.
  /// - Parameter message: begins with its `base`, as all messages of protobuf-c do
  public init<Message>(packing message: UnsafeMutablePointer<Message>) {
    let packing = Packing(message)
    self.init(unsafeUninitializedCapacity: packing.size) { space, count in
      packing.write(UnsafeMutableRawBufferPointer(space))
      count = packing.size
    }
  }

  /// A copy of a string field's bytes.
  init(_ field: ProtobufCBinaryData) {
    self.init(UnsafeBufferPointer(start: field.data, count: field.data == nil ? 0 : field.len))
  }
}
