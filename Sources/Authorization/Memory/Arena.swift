// Memory that is given out piece by piece and taken back all at once: what an index is made of, and what one question
// needs while it is judged. Giving out costs an addition; nothing in an arena is ever released alone.

import CLinux
import Glibc
import PolicyLanguage

/// A handle of an arena, which costs nothing to pass on; the arena itself lives as long as its `ArenaOwner`.
// INVARIANT: used by one thread at a time: while an index is built, or by the loop whose workspace it is.
struct Arena: BitwiseCopyable, @unchecked Sendable {
  fileprivate struct State {
    var next: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    /// The place of the chunk in use among all.
    var current = 0
    var chunks: [UnsafeMutableRawBufferPointer]
    /// What was given out since the last reset, as if it all lay in one chunk.
    var used = 0
    /// Held until the next reset.
    var kept: [AnyObject] = []
  }

  fileprivate let state: UnsafeMutablePointer<State>

  /// Bytes that one chunk would need for all that was given out since the last reset.
  var used: Int { state.pointee.used }

  /// Room for values that are not initialized.
  @inline(__always) func allocate<Value>(_ type: Value.Type, count: Int = 1) -> UnsafeMutablePointer<Value> {
    let size = MemoryLayout<Value>.stride &* count
    let mask = MemoryLayout<Value>.alignment &- 1
    state.pointee.used = (state.pointee.used &+ mask) & ~mask &+ size
    let address = (Int(bitPattern: state.pointee.next) &+ mask) & ~mask
    guard address &+ size <= Int(bitPattern: state.pointee.end),
      let start = UnsafeMutableRawPointer(bitPattern: address)
    else { return grow(size: size).bindMemory(to: Value.self, capacity: count) }
    state.pointee.next = start + size
    return start.bindMemory(to: Value.self, capacity: count)
  }

  /// What is given out next begins a line of memory.
  func beginLine() {
    let address = Int(bitPattern: state.pointee.next)
    let next = (address &+ ArenaOwner.alignment &- 1) & ~(ArenaOwner.alignment &- 1)
    guard next <= Int(bitPattern: state.pointee.end) else { return }
    state.pointee.next += next - address
    state.pointee.used += next - address
  }

  @inline(never) private func grow(size: Int) -> UnsafeMutableRawPointer {
    state.pointee.current += 1
    // What an earlier question needed is there still, unless this one asks for more at once.
    while state.pointee.current < state.pointee.chunks.count {
      let chunk = state.pointee.chunks[state.pointee.current]
      if chunk.count >= size { return use(chunk, size) }
      state.pointee.current += 1
    }
    let full = state.pointee.chunks.last
    if let full, full.count >= ArenaOwner.hugePage { ArenaOwner.layOnLargePages(full) }
    let chunk = ArenaOwner.chunk(of: max(size, min(2 * (full?.count ?? 0), ArenaOwner.hugePage)))
    state.pointee.chunks.append(chunk)
    return use(chunk, size)
  }

  private func use(_ chunk: UnsafeMutableRawBufferPointer, _ size: Int) -> UnsafeMutableRawPointer {
    let base = chunk.baseAddress.unsafelyUnwrapped
    state.pointee.next = base + size
    state.pointee.end = base + chunk.count
    return base
  }

  /// Takes back all that was given out.
  func reset() {
    if !state.pointee.kept.isEmpty { state.pointee.kept.removeAll() }
    state.pointee.used = 0
    // Most questions need no more than the first chunk.
    let first = state.pointee.chunks[0]
    state.pointee.current = 0
    _ = use(first, 0)
  }

  /// Holds an object as long as what is given out now.
  func keep(_ object: AnyObject) { state.pointee.kept.append(object) }

  /// Up to where memory was given out.
  struct Mark: BitwiseCopyable {
    fileprivate let next: UnsafeMutableRawPointer
    fileprivate let end: UnsafeMutableRawPointer
    fileprivate let current: Int
    fileprivate let used: Int
  }

  var mark: Mark {
    Mark(
      next: state.pointee.next, end: state.pointee.end, current: state.pointee.current, used: state.pointee.used)
  }

  /// Takes back all that was given out since.
  func release(to mark: Mark) {
    state.pointee.next = mark.next
    state.pointee.end = mark.end
    state.pointee.current = mark.current
    state.pointee.used = mark.used
  }

  /// Lends an arena that gives out a block of memory, which is large enough.
  static func filling<Result>(
    _ block: UnsafeMutableRawBufferPointer, _ body: (Arena) -> Result
  ) -> Result {
    let base = block.baseAddress.unsafelyUnwrapped
    var state = State(next: base, end: base + block.count, chunks: [])
    return withUnsafeMutablePointer(to: &state) { state in
      let result = body(Arena(state: state))
      assert(state.pointee.chunks.isEmpty, "the block was too small")
      return result
    }
  }

  // MARK: Values

  func store<Value: BitwiseCopyable>(_ value: Value) -> UnsafePointer<Value> {
    let place = allocate(Value.self)
    place.initialize(to: value)
    return UnsafePointer(place)
  }

  func run<Value: BitwiseCopyable>(_ values: some Collection<Value>) -> Run<Value> {
    guard !values.isEmpty else { return Run() }
    let count = values.count
    let base = allocate(Value.self, count: count)
    _ = UnsafeMutableBufferPointer(start: base, count: count).initialize(fromContentsOf: values)
    return Run(base, count: count)
  }

  /// What is made of each element. A lazy map would do the same, but asks for memory to keep its closure in.
  @inline(__always) func run<Source, Value: BitwiseCopyable>(
    of sources: some RandomAccessCollection<Source>, _ make: (Source) -> Value
  ) -> Run<Value> {
    guard !sources.isEmpty else { return Run() }
    let base = allocate(Value.self, count: sources.count)
    var count = 0
    for source in sources {
      (base + count).initialize(to: make(source))
      count += 1
    }
    return Run(base, count: count)
  }

  func copy(_ text: BorrowedText) -> BorrowedText {
    guard !text.isEmpty, let source = text.bytes.baseAddress else { return "" }
    let base = allocate(UInt8.self, count: text.count)
    base.initialize(from: source, count: text.count)
    return BorrowedText(base, count: text.count)
  }

  func copy(_ text: Text) -> BorrowedText {
    defer { withExtendedLifetime(text) {} }
    return copy(BorrowedText(text))
  }

  /// Texts one behind the other.
  func join(_ parts: BorrowedText...) -> BorrowedText { join(parts) }

  func join(_ parts: some Sequence<BorrowedText>) -> BorrowedText {
    let length = parts.reduce(0) { $0 + $1.count }
    let base = allocate(UInt8.self, count: length)
    var offset = 0
    for part in parts {
      guard let source = part.bytes.baseAddress else { continue }
      (base + offset).initialize(from: source, count: part.count)
      offset += part.count
    }
    return BorrowedText(base, count: length)
  }

  func lowercased(_ text: BorrowedText) -> BorrowedText {
    guard text.hasUpperCase else { return text }
    let base = allocate(UInt8.self, count: text.count)
    for index in 0..<text.count {
      let byte = text[index]
      base[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
    return BorrowedText(base, count: text.count)
  }
}

/// Keeps an arena's memory.
// INVARIANT: as Arena's; once an index is built nobody writes to its arena, so any thread may read it.
final class ArenaOwner: @unchecked Sendable {
  /// Bytes of a large page, and of the largest chunk but for what does not fit into it.
  fileprivate static let hugePage = 2 << 20
  fileprivate static let alignment = 64

  let arena: Arena

  /// - Parameter capacity: bytes of the first chunk.
  init(capacity: Int) {
    let chunk = Self.chunk(of: max(capacity, 16))
    let base = chunk.baseAddress.unsafelyUnwrapped
    let state = UnsafeMutablePointer<Arena.State>.allocate(capacity: 1)
    state.initialize(to: Arena.State(next: base, end: base + chunk.count, chunks: [chunk]))
    arena = Arena(state: state)
  }

  /// Large ones are the kernel's own, and go back to it at once.
  fileprivate static func chunk(of size: Int) -> UnsafeMutableRawBufferPointer {
    guard size >= hugePage else { return .allocate(byteCount: size, alignment: alignment) }
    let size = (size + hugePage - 1) & ~(hugePage - 1)
    // Of more than is needed the part that begins with a large page stays.
    let start = mmap(nil, size + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else { preconditionFailure("no memory left") }
    let before = -Int(bitPattern: start) & (hugePage - 1)
    if before > 0 { munmap(start, before) }
    munmap(start + before + size, hugePage - before)
    return UnsafeMutableRawBufferPointer(start: start + before, count: size)
  }
  private static func release(_ chunk: UnsafeMutableRawBufferPointer) {
    if chunk.count >= hugePage {
      munmap(chunk.baseAddress, chunk.count)
    } else {
      chunk.deallocate()
    }
  }

  /// Questions jump about in a large index: on large pages addresses need not be looked up so often. A chunk is laid on
  /// them when it is full, so that of the last one no more is there than is used.
  fileprivate static func layOnLargePages(_ chunk: UnsafeMutableRawBufferPointer) {
    // At once from Linux 6.1 on, before by and by.
    if madvise(chunk.baseAddress, chunk.count, MADV_COLLAPSE) != 0 {
      _ = madvise(chunk.baseAddress, chunk.count, MADV_HUGEPAGE)
    }
  }

  deinit {
    for chunk in arena.state.pointee.chunks { Self.release(chunk) }
    arena.state.deinitialize(count: 1)
    arena.state.deallocate()
  }
}
