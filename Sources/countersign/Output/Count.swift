// Numbers of things.

enum Count {
  /// `1 key`, `2 keys`; a noun whose plural needs more than an s brings it.
  static func text(_ number: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
