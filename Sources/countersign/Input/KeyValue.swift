// An argument of the form KEY=VALUE: the key ends at the first equals sign, and the value may hold more of them.

import ArgumentParser

struct KeyValue: ExpressibleByArgument {
  var key: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")), equals > argument.startIndex else { return nil }
    key = String(argument[..<equals])
    value = String(argument[argument.utf8.index(after: equals)...])
  }
}
