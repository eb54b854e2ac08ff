// Text as bytes: Swift's own == would take two spellings of one character for the same name.

func same(_ left: String, _ right: String) -> Bool {
  left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

func contains(_ list: [String], _ word: String) -> Bool {
  for entry in list where same(entry, word) { return true }
  return false
}

/// ASCII letters only.
func lower(_ text: String) -> String {
  if !text.utf8.contains(where: { $0 >= 65 && $0 <= 90 }) { return text }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.utf8.count)
  for byte in text.utf8 { bytes.append(byte >= 65 && byte <= 90 ? byte + 32 : byte) }
  return String(decoding: bytes, as: UTF8.self)
}

func starts(_ text: String, _ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

func ends(_ text: String, _ suffix: String) -> Bool {
  text.utf8.count >= suffix.utf8.count && text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
}

/// At every separator, empty parts kept; the last part keeps what is left.
func split(_ text: String, _ separator: Character, most: Int = .max) -> [String] {
  text.split(separator: separator, maxSplits: most == .max ? .max : most - 1, omittingEmptySubsequences: false)
    .map(String.init)
}

func isAccountID(_ text: String) -> Bool { text.utf8.count == 12 && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }

/// Six parts, the last with all further colons.
func partsOfARN(_ text: String) -> [String]? {
  let parts = split(text, ":", most: 6)
  return parts.count == 6 ? parts : nil
}
