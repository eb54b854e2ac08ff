// The server's methods by the bytes of their paths. Looked up inside a header callback, for every call: no String is made.

/// An immutable hash table from path to method.
struct MethodTable: Sendable {
  let methods: [Method]
  private let paths: [[UInt8]]
  /// Indices into `methods`, -1 where empty; open addressing, at most half full, so that every search ends.
  private let slots: [Int32]

  /// - Throws: `ServerError.duplicateMethod` when two methods have the same path
  init(_ methods: [Method]) throws(ServerError) {
    self.methods = methods
    let paths = methods.map { Array($0.path.utf8) }
    var capacity = 8
    while capacity < methods.count * 2 { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    for (index, path) in paths.enumerated() {
      var slot = path.withUnsafeBytes(Self.hash) & (capacity - 1)
      while slots[slot] >= 0 {
        if paths[Int(slots[slot])] == path { throw .duplicateMethod(path: methods[index].path) }
        slot = (slot + 1) & (capacity - 1)
      }
      slots[slot] = Int32(index)
    }
    self.paths = paths
    self.slots = slots
  }

  /// The method at `path`, as an index into `methods`.
  func index(of path: UnsafeRawBufferPointer) -> Int? {
    var slot = Self.hash(path) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let found = paths[index].withUnsafeBytes { $0.equals(path) }
      if found { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// FNV-1a over words; the last one overlaps the one before it. The table is built from the program's own paths: a client
  /// cannot fill it.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ word: UInt64) {
      hash = (hash ^ word) &* 0x100_0000_01b3
      hash ^= hash >> 32
    }
    mix(UInt64(bytes.count))
    if bytes.count < 8 {
      for byte in bytes { mix(UInt64(byte)) }
    } else {
      var offset = 0
      while offset < bytes.count - 8 {
        mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      mix(bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
    }
    return Int(truncatingIfNeeded: hash >> 1)
  }
}
