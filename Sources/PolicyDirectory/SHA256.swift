// SHA-256 (FIPS 180-4), for revisions and for telling contents apart.
//
// It is here because the project would otherwise need a whole cryptography package for one digest of public data. It
// keeps no secrets: nothing in it is constant-time or wiped.

/// A running SHA-256 digest.
struct SHA256 {
  /// 32 bytes, the first of them the uppermost of the first word; compares and hashes without an allocation.
  struct Digest: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    fileprivate init(_ state: SIMD8<UInt32>) {
      func pair(_ index: Int) -> UInt64 { UInt64(state[index]) << 32 | UInt64(state[index + 1]) }
      words = (pair(0), pair(2), pair(4), pair(6))
    }

    var bytes: [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(32)
      for word in [words.0, words.1, words.2, words.3] {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
      return bytes
    }

    static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
      hasher.combine(words.0)
      hasher.combine(words.1)
    }

    /// Lower-case hex.
    var hexadecimal: [UInt8] {
      let digits = Array("0123456789abcdef".utf8)
      return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
  }

  private var state = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
  /// Bytes that do not fill a block yet.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  static func digest(of bytes: [UInt8]) -> Digest {
    var running = SHA256()
    running.update(bytes)
    return running.finish()
  }

  mutating func update(_ bytes: [UInt8]) {
    length += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = rest.prefix(64 - pending.count)
      pending += taken
      rest = rest.dropFirst(taken.count)
      guard pending.count == 64 else { return }
      pending.withUnsafeBufferPointer { Self.compress($0, into: &state) }
      pending.removeAll(keepingCapacity: true)
    }
    rest.withUnsafeBufferPointer { buffer in
      var start = 0
      while buffer.count - start >= 64 {
        Self.compress(UnsafeBufferPointer(rebasing: buffer[start..<start + 64]), into: &state)
        start += 64
      }
      pending += buffer[start...]
    }
  }

  /// The digest of everything so far, with the padding that the standard asks for.
  func finish() -> Digest {
    var last = pending
    last.append(0x80)
    while last.count % 64 != 56 { last.append(0) }
    let bits = length &* 8
    for shift in stride(from: UInt64(56), through: 0, by: -8) { last.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    var state = state
    last.withUnsafeBufferPointer { buffer in
      for start in stride(from: 0, to: buffer.count, by: 64) {
        Self.compress(UnsafeBufferPointer(rebasing: buffer[start..<start + 64]), into: &state)
      }
    }
    return Digest(state)
  }

  private static func compress(_ block: UnsafeBufferPointer<UInt8>, into state: inout SIMD8<UInt32>) {
    guard let bytes = UnsafeRawPointer(block.baseAddress), block.count == 64 else { return }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      // INVARIANT: all indices are below 64, of the schedule and of the constants.
      guard let words = schedule.baseAddress else { return }
      for index in 0..<16 {
        words[index] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
      }
      for index in 16..<64 {
        let early = words[index &- 15]
        let late = words[index &- 2]
        let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early &>> 3)
        let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late &>> 10)
        words[index] = words[index &- 16] &+ sigma0 &+ words[index &- 7] &+ sigma1
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      constants.withUnsafeBufferPointer { constants in
        guard let constants = constants.baseAddress else { return }
        // Eight rounds at a time, after which each variable is in its place again.
        for index in stride(from: 0, to: 64, by: 8) {
          let (words, constants) = (words + index, constants + index)
          round(a, b, c, &d, e, f, g, &h, words[0] &+ constants[0])
          round(h, a, b, &c, d, e, f, &g, words[1] &+ constants[1])
          round(g, h, a, &b, c, d, e, &f, words[2] &+ constants[2])
          round(f, g, h, &a, b, c, d, &e, words[3] &+ constants[3])
          round(e, f, g, &h, a, b, c, &d, words[4] &+ constants[4])
          round(d, e, f, &g, h, a, b, &c, words[5] &+ constants[5])
          round(c, d, e, &f, g, h, a, &b, words[6] &+ constants[6])
          round(b, c, d, &e, f, g, h, &a, words[7] &+ constants[7])
        }
      }
      state = state &+ SIMD8(a, b, c, d, e, f, g, h)
    }
  }

  @inline(__always) private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ word: UInt32
  ) {
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum1 &+ choice &+ word
    let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ sum0 &+ majority
  }

  @inline(__always) private static func rotate(_ word: UInt32, _ places: UInt32) -> UInt32 {
    word &>> places | word &<< (32 &- places)
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
