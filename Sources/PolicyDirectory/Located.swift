// A value of a record together with its place in the file, for checks that need the whole set.

import PolicyLanguage

struct Located<Value: Sendable>: Sendable {
  var value: Value
  var position: SourcePosition
}
