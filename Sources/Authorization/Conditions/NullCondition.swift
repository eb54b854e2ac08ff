// Null: whether a key is there at all. An empty set is not (E-12). A set prefix changes nothing here, since it asks about
// the key and not about its values.

enum NullCondition {
  /// - Parameter operands: true for "must be absent"; several are alternatives, as for every operator (E-4).
  static func holds(isPresent: Bool, _ operands: Run<Bool>) -> Bool {
    operands.contains(!isPresent)
  }
}
