// Members that this program's JSON often has.

import PolicyLanguage
import PolicySuite

extension JSONWriter {
  mutating func member(_ key: Text, _ value: String) { member(key, Text(value)) }

  /// Left out when there is nothing to say.
  mutating func optional(_ key: Text, _ value: String?) {
    if let value, !value.isEmpty { member(key, Text(value)) }
  }

  mutating func member(_ key: Text, _ values: [String]) {
    self.key(key)
    beginArray()
    for value in values { self.value(Text(value)) }
    endArray()
  }
}
