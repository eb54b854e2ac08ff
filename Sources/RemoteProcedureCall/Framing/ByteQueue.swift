// Bytes in a row, put in at the end and taken out at the front: what a stream has received, and what it has to send.
//
// A ByteBuffer can be shared and therefore looks at its reference count and checks its bounds for every byte that is
// written; a queue has one owner, so it is a pointer and two numbers. It does not shrink by itself: see `reset`.

/// A growing queue of bytes with one owner.
///
/// INVARIANT: `storage` is allocated with `capacity` bytes and `0 <= start <= end <= capacity`; bytes from `start` to `end`
/// are initialized. Buffers that are handed out are valid until the next mutation.
struct ByteQueue: ~Copyable {
  /// Storage that is worth keeping for what comes next.
  static let keptCapacity = 4_096

  private var storage: UnsafeMutableRawPointer?
  /// Bytes of memory that it has.
  private(set) var capacity = 0
  private var start = 0
  private var end = 0

  init() {}

  deinit { storage?.deallocate() }

  var count: Int { end - start }
  var isEmpty: Bool { end == start }

  /// What waits.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: storage.map { UnsafeRawPointer($0 + start) }, count: end - start)
  }

  mutating func append(_ chunk: UnsafeRawBufferPointer) {
    guard let source = chunk.baseAddress, !chunk.isEmpty else { return }
    grow(by: chunk.count).copyMemory(from: source, byteCount: chunk.count)
  }

  /// Appends `count` zero bytes, to be overwritten.
  mutating func append(zeros count: Int) -> UnsafeMutableRawBufferPointer {
    let room = grow(by: count)
    // What a careless writer leaves out must not be what another call left there.
    room.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    return UnsafeMutableRawBufferPointer(start: room, count: count)
  }

  /// Takes `count` bytes, at most as many as there are, from the front.
  mutating func drop(_ count: Int) {
    start = min(start + count, end)
    if start == end {
      start = 0
      end = 0
    }
  }

  /// Forgets all bytes, and gives the storage back when it is larger than `kept` bytes.
  mutating func reset(keepingCapacity kept: Int) {
    start = 0
    end = 0
    guard capacity > kept else { return }
    storage?.deallocate()
    storage = nil
    capacity = 0
  }

  /// Makes room at the end and counts it as filled.
  private mutating func grow(by count: Int) -> UnsafeMutableRawPointer {
    if let storage, count <= capacity - end {
      defer { end += count }
      return storage + end
    }
    return move(growingBy: count)
  }

  @inline(never)
  private mutating func move(growingBy count: Int) -> UnsafeMutableRawPointer {
    let held = end - start
    let needed = held + count
    if let storage, needed <= capacity / 2 {
      storage.copyMemory(from: storage + start, byteCount: held)
    } else {
      let larger = max(256, max(needed, min(2 * capacity, needed + (1 << 20))))
      let new = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
      if let storage {
        new.copyMemory(from: storage + start, byteCount: held)
        storage.deallocate()
      }
      storage = new
      capacity = larger
    }
    start = 0
    end = needed
    return storage.unsafelyUnwrapped + held
  }
}
