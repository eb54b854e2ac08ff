// Swift values as fields of protobuf-c's messages.

import CCountersign
import CProtobufC
import NIOCore
import RemoteProcedureCall

extension MessageArena {
  borrowing func text(_ text: String) throws(Status) -> ProtobufCBinaryData { try bytes(Array(text.utf8)) }

  borrowing func texts(_ texts: [String]) throws(Status) -> UnsafeMutablePointer<ProtobufCBinaryData> {
    let fields = try array(count: texts.count)
    for (index, text) in texts.enumerated() { (fields + index).initialize(to: try self.text(text)) }
    return fields
  }

  /// A repeated field of messages, one for each element.
  borrowing func messages<Element, Message>(
    _ elements: [Element],
    _ make: (borrowing MessageArena, Element) throws(Status) -> UnsafeMutablePointer<Message>
  ) throws(Status) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
    let fields = try array(of: Message.self, count: elements.count)
    for (index, element) in elements.enumerated() { (fields + index).initialize(to: try make(self, element)) }
    return fields
  }
}

extension PackedMessage {
  /// - Parameter message: begins with its `base`, as all messages of protobuf-c do.
  init<Message>(packing message: UnsafeMutablePointer<Message>) {
    let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    self.init(size: protobuf_c_message_get_packed_size(base)) { space in
      guard let start = space.baseAddress else { return }
      _ = protobuf_c_message_pack(base, start.assumingMemoryBound(to: UInt8.self))
    }
  }
}

extension String {
  init(_ field: ProtobufCBinaryData) {
    self.init(decoding: UnsafeBufferPointer(start: field.data, count: field.len), as: UTF8.self)
  }
}

/// The elements of a repeated field of messages.
func elements<Message>(_ fields: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int) -> [Message] {
  UnsafeBufferPointer(start: fields, count: fields == nil ? 0 : count).compactMap { $0?.pointee }
}

/// The elements of a repeated field of strings.
func strings(_ fields: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> [String] {
  UnsafeBufferPointer(start: fields, count: fields == nil ? 0 : count).map { String($0) }
}
