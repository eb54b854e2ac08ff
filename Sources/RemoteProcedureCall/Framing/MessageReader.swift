// Cuts length-prefixed messages (one flag byte, four bytes of length, the message) out of a stream of bytes.
//
// It knows neither streams nor statuses. The caller lends it what came, asks what stands at the front, takes it, and says
// when it is done for now: only then is copied what is still there, so that a message that arrives in one piece is read where
// it arrived. A message is judged by its prefix, so that one over the limit costs five bytes and never its own length.

/// Reads the length-prefixed messages of one direction of one call.
public struct MessageReader: ~Copyable {
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
  private var queue = ByteQueue()
  /// The caller's bytes, while `queue` is empty.
  private var lent = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Bytes at the front whose messages have been counted.
  private var counted = 0
  /// A message that lies in `queue` was handed out.
  private var isOut = false

  public init(maximumSize: Int) {
    self.maximumSize = maximumSize
  }

  private var bytes: UnsafeRawBufferPointer { lent.isEmpty ? queue.bytes : lent }

  /// Bytes held.
  public var count: Int { lent.isEmpty ? queue.count : lent.count }
  public var isEmpty: Bool { count == 0 }
  /// Bytes of memory that it has of its own.
  public var capacity: Int { queue.capacity }

  /// Adds bytes, which stay the caller's: they must be there until `compact`.
  public mutating func lend(_ chunk: UnsafeRawBufferPointer) {
    if isEmpty {
      lent = chunk
    } else {
      copyLent()
      queue.append(chunk)
    }
  }

  /// What stands at the front.
  public var front: Front {
    let bytes = bytes
    guard let flag = bytes.first else { return .incomplete }
    if flag == 1 { return .compressed }
    if flag != 0 { return .malformed(flag: flag) }
    guard let size = Self.size(bytes) else { return .incomplete }
    if size > maximumSize { return .oversize(size: size) }
    return bytes.count >= Self.prefixSize + size ? .message(size: size) : .incomplete
  }

  /// Bytes of the message at the front with its prefix, once the prefix is there; else nil.
  public var announcedSize: Int? { Self.size(bytes).map { Self.prefixSize + $0 } }

  private static func size(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= prefixSize else { return nil }
    return Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
  }

  /// Counts each whole message once.
  /// - Returns: how many there are that were not there before; those behind one that cannot be taken do not count
  public mutating func countMessages() -> Int {
    let bytes = bytes
    var messages = 0
    while bytes.count - counted >= Self.prefixSize {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[counted...])
      guard rest[0] == 0, let size = Self.size(rest), size <= maximumSize, rest.count - Self.prefixSize >= size else {
        break
      }
      counted += Self.prefixSize + size
      messages += 1
    }
    return messages
  }

  /// The message at the front, without its prefix, where it lies until it is taken; nil unless `front` is `message`.
  public var frontMessage: UnsafeRawBufferPointer? {
    guard case .message(let size) = front else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[Self.prefixSize..<(Self.prefixSize + size)])
  }

  /// Takes the message at the front, without its prefix; nil unless `front` is `message`.
  ///
  /// It is there until `compact`, even when the reader is reset in between.
  public mutating func next() -> UnsafeRawBufferPointer? {
    guard case .message(let size) = front else { return nil }
    let whole = UnsafeRawBufferPointer(rebasing: bytes[..<(Self.prefixSize + size)])
    counted = max(0, counted - whole.count)
    if lent.isEmpty {
      queue.drop(whole.count)
      isOut = true
    } else {
      lent = UnsafeRawBufferPointer(rebasing: lent[whole.count...])
    }
    return UnsafeRawBufferPointer(rebasing: whole[Self.prefixSize...])
  }

  /// Done for now: gives back what was lent and the space of what was taken.
  public mutating func compact() {
    copyLent()
    isOut = false
    if queue.isEmpty { queue.reset(keepingCapacity: ByteQueue.keptCapacity) }
  }

  /// Forgets all bytes.
  public mutating func reset() {
    counted = 0
    lent = UnsafeRawBufferPointer(start: nil, count: 0)
    queue.reset(keepingCapacity: isOut ? .max : 0)
  }

  private mutating func copyLent() {
    guard !lent.isEmpty else { return }
    queue.append(lent)
    lent = UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
