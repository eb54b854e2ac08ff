// journald's native protocol: entries as bytes, in memory that is used again.
//
// A field is `NAME=value` and a newline, or, so that no value can pass for another field, `NAME`, a newline, the
// length in eight little-endian bytes, the value and a newline. The second form is used for every value with a newline
// or another control byte. Names come from this module alone, never from a request.

import Glibc
import PolicyLanguage

struct EntryBytes: ~Copyable {
  private static let initialCapacity = 4_096
  private static let mostDigits = 20

  // INVARIANT: the first `count` of `capacity` bytes are written. Every write asks `reserve` first.
  private var base: UnsafeMutableRawPointer
  private(set) var count = 0
  private(set) var capacity: Int

  init() {
    capacity = Self.initialCapacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  mutating func removeAll() { count = 0 }

  /// Bytes of one or more entries. INVARIANT: not used after the next change.
  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.upperBound <= count)
    return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  // MARK: Fields

  @inline(__always) mutating func append(_ field: JournalField, _ value: BorrowedText) {
    append(field.name, UnsafeRawBufferPointer(value.bytes))
  }

  @inline(__always) mutating func append(_ field: JournalField, _ value: String) {
    Self.withBytes(of: value) { append(field.name, $0) }
  }

  /// A value that is known to have no control bytes.
  mutating func append(_ field: JournalField, plain value: StaticString) {
    begin(field)
    append(value)
    end()
  }

  mutating func append(_ field: JournalField, number: UInt64) {
    begin(field)
    append(number: number)
    end()
  }

  mutating func append(_ field: JournalField, _ id: EventID) {
    begin(field)
    reserve(EventID.length)
    id.write(to: base + count)
    count += EventID.length
    end()
  }

  /// A field of several lines, or of none, written by `body`.
  mutating func append(_ field: JournalField, lines body: (inout EntryBytes) -> Void) {
    append(field.name)
    append(UInt8(ascii: "\n"))
    let place = count
    appendRoom(8)
    body(&self)
    base.storeBytes(of: UInt64(count - place - 8).littleEndian, toByteOffset: place, as: UInt64.self)
    end()
  }

  /// - Parameter name: an identifier of ours: upper-case letters, digits, underscores.
  mutating func append(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
    reserve(name.utf8CodeUnitCount + value.count + 10)
    put(name)
    if ByteScan.hasControl(value) {
      put(UInt8(ascii: "\n"))
      base.storeBytes(of: UInt64(value.count).littleEndian, toByteOffset: count, as: UInt64.self)
      count += 8
    } else {
      put(UInt8(ascii: "="))
    }
    put(value)
    put(UInt8(ascii: "\n"))
  }

  /// The beginning of a field whose value has no control bytes; `end` ends it.
  @inline(__always) mutating func begin(_ field: JournalField) {
    append(field.name)
    append(UInt8(ascii: "="))
  }

  @inline(__always) mutating func end() { append(UInt8(ascii: "\n")) }

  // MARK: Parts

  mutating func append(_ value: UnsafeRawBufferPointer) {
    reserve(value.count)
    put(value)
  }

  @inline(__always) mutating func append(_ value: StaticString) {
    reserve(value.utf8CodeUnitCount)
    put(value)
  }

  mutating func append(string: String) {
    Self.withBytes(of: string) { append($0) }
  }

  @inline(__always) mutating func append(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  mutating func append(number: UInt64) {
    reserve(Self.mostDigits)
    count += Self.write(number, to: base + count)
  }

  /// Appends once more what is there already.
  mutating func append(copyOf range: Range<Int>) {
    precondition(range.upperBound <= count)
    reserve(range.count)
    (base + count).copyMemory(from: base + range.lowerBound, byteCount: range.count)
    count += range.count
  }

  /// Leaves bytes to be written later, by `overwrite`.
  mutating func appendRoom(_ bytes: Int) {
    reserve(bytes)
    (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    count += bytes
  }

  /// Writes a number over bytes that are there. Returns where it ends.
  mutating func overwrite(at place: Int, number: UInt64) -> Int {
    precondition(place + Self.mostDigits <= count)
    return place + Self.write(number, to: base + place)
  }

  /// Writes bytes over those that are there. Returns where they end.
  mutating func overwrite(at place: Int, _ value: StaticString) -> Int {
    precondition(place + value.utf8CodeUnitCount <= count)
    (base + place).copyMemory(from: value.utf8Start, byteCount: value.utf8CodeUnitCount)
    return place + value.utf8CodeUnitCount
  }

  /// Decimal digits. Returns how many.
  private static func write(_ number: UInt64, to bytes: UnsafeMutableRawPointer) -> Int {
    var digits = 1
    var bound: UInt64 = 10
    while number >= bound, digits < mostDigits {
      digits += 1
      bound = digits == mostDigits ? .max : bound &* 10
    }
    var rest = number
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit), toByteOffset: place, as: UInt8.self)
      rest = quotient
    }
    return digits
  }

  /// A String's own bytes, without the copy that changing it in place would need.
  private static func withBytes(of string: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
    if isDone == nil { Array(string.utf8).withUnsafeBytes(body) }
  }

  // INVARIANT: of `put`: room was reserved.
  @inline(__always) private mutating func put(_ value: UnsafeRawBufferPointer) {
    guard let start = value.baseAddress else { return }
    (base + count).copyMemory(from: start, byteCount: value.count)
    count += value.count
  }

  @inline(__always) private mutating func put(_ value: StaticString) {
    (base + count).copyMemory(from: value.utf8Start, byteCount: value.utf8CodeUnitCount)
    count += value.utf8CodeUnitCount
  }

  @inline(__always) private mutating func put(_ byte: UInt8) {
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  /// Makes room for `bytes` more.
  @inline(__always) private mutating func reserve(_ bytes: Int) {
    if capacity - count < bytes { grow(by: bytes) }
  }

  private mutating func grow(by bytes: Int) {
    capacity = max(2 * capacity, count + bytes)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
  }
}
