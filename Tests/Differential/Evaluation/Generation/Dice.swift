// Chance from a seed: the same seed gives the same worlds on every host.

struct Dice {
  private var state: UInt64

  /// Neighbouring seeds are mixed first, or their numbers would be the same but for one place.
  init(seed: UInt64) {
    state = seed &* 0xD1B5_4A32_D192_ED03
    state = next() ^ seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }

  /// Each with its weight.
  mutating func weighted<T>(_ list: [(Int, T)]) -> T {
    var rest = below(list.reduce(0) { $0 + $1.0 })
    for (weight, value) in list {
      if rest < weight { return value }
      rest -= weight
    }
    return list[0].1
  }

  /// Different ones, in a random order.
  mutating func some<T>(_ list: [T], _ range: ClosedRange<Int>) -> [T] {
    var left = list
    var result: [T] = []
    for _ in 0..<(range.lowerBound + below(range.upperBound - range.lowerBound + 1)) where !left.isEmpty {
      result.append(left.remove(at: below(left.count)))
    }
    return result
  }
}
