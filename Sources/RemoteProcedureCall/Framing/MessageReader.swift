// Cuts length-prefixed messages (one flag byte, four bytes of length, the message) out of a stream of bytes.
//
// Pure: it knows neither streams nor statuses. The caller appends what came, asks what stands at the front and takes it.
// A message is judged by its prefix, so that a message over the limit costs five bytes and never its own length.

import NIOCore

/// Reads the length-prefixed messages of one direction of one call.
public struct MessageReader: Sendable {
  /// What stands at the front of the bytes not yet taken.
  public enum Front: Sendable, Hashable {
    /// Nothing, or a part of a message.
    case incomplete
    /// A whole message of so many bytes: `next` takes it.
    case message(size: Int)
    /// A message longer than the limit. Nothing after it can be read.
    case oversize(size: Int)
    /// The compressed flag is set; no compression is spoken here.
    case compressed
    /// The flag byte is neither 0 nor 1.
    case malformed(flag: UInt8)
  }

  /// Bytes before each message.
  public static let prefixSize = 5

  /// Bytes of the longest message taken.
  public let maximumSize: Int
  private var bytes = ByteBuffer()

  public init(maximumSize: Int) {
    self.maximumSize = maximumSize
  }

  /// Bytes held.
  public var count: Int { bytes.readableBytes }
  public var isEmpty: Bool { bytes.readableBytes == 0 }

  public mutating func append(_ chunk: UnsafeRawBufferPointer) {
    bytes.writeBytes(chunk)
  }

  /// What stands at the front.
  public var front: Front {
    let start = bytes.readerIndex
    guard let flag = bytes.getInteger(at: start, as: UInt8.self) else { return .incomplete }
    if flag == 1 { return .compressed }
    if flag != 0 { return .malformed(flag: flag) }
    guard let length = bytes.getInteger(at: start + 1, as: UInt32.self) else { return .incomplete }
    let size = Int(length)
    if size > maximumSize { return .oversize(size: size) }
    return bytes.readableBytes >= Self.prefixSize + size ? .message(size: size) : .incomplete
  }

  /// Bytes of the message at the front with its prefix, once the prefix is there; else nil.
  public var announcedSize: Int? {
    bytes.getInteger(at: bytes.readerIndex + 1, as: UInt32.self).map { Self.prefixSize + Int($0) }
  }

  /// Takes the message at the front, without its prefix; nil unless `front` is `message`.
  ///
  /// The message shares the reader's storage: once it is dropped, the storage is used again.
  public mutating func next() -> ByteBuffer? {
    guard case .message(let size) = front else { return nil }
    bytes.moveReaderIndex(forwardBy: Self.prefixSize)
    return bytes.readSlice(length: size)
  }

  /// Gives up space taken by messages that were read, once nothing is left. Cheap; call it when `next` returned nil.
  public mutating func compact() {
    if bytes.readableBytes == 0 { bytes.clear() } else { bytes.discardReadBytes() }
  }

  /// Forgets all bytes. The storage is kept for the next call when it is no larger than `capacity` bytes.
  public mutating func reset(keepingCapacity capacity: Int) {
    if bytes.capacity <= capacity { bytes.clear() } else { bytes = ByteBuffer() }
  }
}
