// Patterns, actions, resources and variables: what matches what (D.4, D.5, D.6).

import Testing

@testable import PolicyLanguage

private func values(_ pairs: [Text: Text]) -> (Variable) -> Text? { { pairs[$0.key] } }

@Suite struct PatternTests {
  @Test(
    "D-38, D-44, E-22: wildcards match",
    arguments: [
      ("", ""), ("*", ""), ("*", "abc"), ("?", "a"), ("?", "é"), ("?", "😀"), ("a?c", "aéc"), ("a*c", "ac"),
      ("a*c", "abbc"),
      ("*c", "abc"), ("a*", "abc"), ("*b*", "abc"), ("*b*", "b"), ("**", ""), ("a**c", "abc"), ("?*", "a"), ("*?", "é"),
      ("*??*", "ab"), ("*a?c*", "xxabcabc"), ("*ab*ab*", "abab"), ("*aab", "aaab"), ("*éa", "ééa"),
      ("a*b?d*e", "axxbcdxxe"),
      ("*abcabcabcabcabcabd*", "abcabcabcabcabcabcabcabdx"), ("ab*ba", "abba"), ("*?é", "aé"),
    ])
  func matches(pattern: Text, text: Text) {
    #expect(Pattern(pattern, wildcards: true, variables: false).matches(text))
  }

  @Test(
    "E-23: whole values only, with case",
    arguments: [
      ("", "a"), ("?", ""), ("?", "ab"), ("??", "é"), ("a*c", "abcd"), ("a*c", "Abc"), ("*b*", "acd"), ("ab*ba", "aba"),
      ("*ab*ab*", "aab"), ("*??", "a"), ("a", "aa"), ("é", "e\u{301}"),
      ("*abcabcabcabcabcabd*", "abcabcabcabcabcabcabcabcabc"),
      ("a*?", "a"), ("*a?c*", "ac"),
    ])
  func differs(pattern: Text, text: Text) {
    #expect(!Pattern(pattern, wildcards: true, variables: false).matches(text))
  }

  @Test("StringEquals: `*` and `?` are ordinary characters")
  func plainText() {
    let pattern = Pattern("a*?", wildcards: false, variables: false)
    #expect(pattern.matches("a*?") && !pattern.matches("abc") && pattern.literal == "a*?")
  }

  @Test("StringEqualsIgnoreCase ignores ASCII case only")
  func ignoresCase() {
    let pattern = Pattern("StraSSe${x}*", wildcards: true, variables: true)
    #expect(pattern.matches("sTRASSEYes!", ignoringASCIICase: true, resolving: values(["x": "yES"])) == .match)
    #expect(!Pattern(literal: "É").matches("é", ignoringASCIICase: true))
    #expect(!Pattern(literal: "@").matches("`", ignoringASCIICase: true))
  }

  @Test("agrees with a naive matcher on all short patterns and texts")
  func agreesWithNaiveMatcher() {
    func naive(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      if first == "*" {
        return naive(pattern.dropFirst(), text) || (!text.isEmpty && naive(pattern, text.dropFirst()))
      }
      guard let character = text.first, first == "?" || first == character else { return false }
      return naive(pattern.dropFirst(), text.dropFirst())
    }
    func words(_ alphabet: [Character], upTo length: Int) -> [[Character]] {
      var all: [[Character]] = [[]]
      var last = all
      for _ in 0..<length {
        last = last.flatMap { word in alphabet.map { word + [$0] } }
        all += last
      }
      return all
    }
    let texts = words(["a", "é"], upTo: 5)
    for pattern in words(["a", "é", "*", "?"], upTo: 5) {
      let compiled = Pattern(Text(String(pattern)), wildcards: true, variables: false)
      for text in texts {
        let expected = naive(pattern[...], text[...])
        if compiled.matches(Text(String(text))) != expected {
          Issue.record("\(String(pattern)) on \(String(text)): expected \(expected)")
        }
      }
    }
  }

  /// Backtracking into earlier `*` would take longer than the universe has; searching each afresh would take minutes.
  @Test(
    "many `*` on a long text end at once",
    arguments: [
      (String(repeating: "*a", count: 2_000) + "*b", 100_000),
      ("*" + String(repeating: "a", count: 10_000) + "b*", 500_000),
      (String(repeating: "*a?", count: 500) + "b", 100_000),
      ("*" + String(repeating: "?a", count: 700) + "b*", 300_000),
      ("*" + String(repeating: "?", count: 1_500) + "b*", 300_000),
    ])
  func isNotExponential(pattern: String, length: Int) {
    let compiled = Pattern(Text(pattern), wildcards: true, variables: false)
    #expect(!compiled.matches(Text(utf8: [UInt8](repeating: UInt8(ascii: "a"), count: length))))
  }

  @Test("letters of either case in a long text end at once too")
  func isNotExponentialIgnoringCase() {
    let compiled = Pattern(Text("*" + String(repeating: "aA", count: 700) + "b*"), wildcards: true, variables: false)
    let text = Text(utf8: [UInt8](repeating: UInt8(ascii: "A"), count: 300_000))
    #expect(!compiled.matches(text, ignoringASCIICase: true))
  }

  @Test("searching for a run at all places at once finds what trying each place finds", arguments: 0..<200)
  func runSearch(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(count))
    }
    let letters = ["a", "A", "b", "é", "€"]
    let text = Text((0..<300).map { _ in letters[random(letters.count)] }.joined())
    for length in [1, 2, 3, 5, 40, 63, 64, 65, 130] {
      // Cut out of the text so that it fits somewhere, more or less.
      let from = random(300 - length)
      let cut = "\(text)".unicodeScalars.dropFirst(from).prefix(length)
      let run = cut.map { random(3) == 0 ? "?" : random(60) == 0 ? "x" : String($0) }.joined()
      let pattern = Pattern(Text(run), wildcards: true, variables: false)
      for ignoringCase in [false, true] {
        let search = pattern.withSteps { RunSearch($0, ignoringASCIICase: ignoringCase) }
        let limit = text.count - random(10)
        let offset = random(limit)
        let found = text.utf8.withUnsafeBufferPointer { search.firstEnd(in: $0, from: offset, limit: limit) }
        #expect(found == firstEnd(of: pattern.pieces, in: text.utf8, from: offset, limit: limit, ignoringCase))
      }
    }
  }

  private func firstEnd(
    of pieces: [PatternPiece], in text: Text.UTF8View, from offset: Int, limit: Int, _ ignoringCase: Bool
  ) -> Int? {
    func folded(_ byte: UInt8) -> UInt8 { ignoringCase && byte &- 0x41 < 26 ? byte | 0x20 : byte }
    places: for start in offset...limit {
      var end = start
      for piece in pieces {
        if case .literal(let literal) = piece {
          guard text[end...].prefix(literal.count).map(folded) == literal.utf8.map(folded) else { continue places }
          end += literal.count
        } else {
          guard end < text.count, text[end] & 0xC0 != 0x80 else { continue places }
          end += 1
          while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        }
      }
      return end <= limit ? end : nil
    }
    return nil
  }

  @Test("literals merge and `**` collapses")
  func normalises() {
    let pattern = Pattern("a${*}b***c", wildcards: true, variables: true)
    #expect(pattern.pieces == [.literal("a*b"), .anyRun, .literal("c")])
  }
}

@Suite struct VariableTests {
  @Test(
    "D-51, D-54, D-56, D-57: what `${` compiles to",
    arguments: [
      ("${aws:username}", [.variable(Variable(key: "aws:username"))]),
      ("a${AWS:UserName}b", [.literal("a"), .variable(Variable(key: "aws:username")), .literal("b")]),
      (
        "${aws:PrincipalTag/team, 'company-wide'}",
        [.variable(Variable(key: "aws:principaltag/team", defaultValue: "company-wide"))]
      ),
      ("${k,'}'}", [.variable(Variable(key: "k", defaultValue: "}"))]),
      ("${k , ''}", [.variable(Variable(key: "k ", defaultValue: ""))]),
      ("${*}${?}${$}", [.literal("*?$")]),
      ("${a}${b}", [.variable(Variable(key: "a")), .variable(Variable(key: "b"))]),
      ("${**}", [.variable(Variable(key: "**"))]),
      ("$a", [.literal("$a")]), ("$", [.literal("$")]), ("${", [.literal("${")]), ("${}", [.literal("${}")]),
      ("${a", [.literal("${a")]), ("${a, b}", [.literal("${a, b}")]), ("${a, 'b}", [.literal("${a, 'b}")]),
      ("${a, 'b' c}", [.literal("${a, 'b' c}")]), ("$${a}", [.literal("$"), .variable(Variable(key: "a"))]),
    ] as [(Text, [PatternPiece])])
  func compiles(text: Text, pieces: [PatternPiece]) {
    #expect(Pattern(text, wildcards: false, variables: true).pieces == pieces)
  }

  @Test("D-51, D-57: plain text in 2008-10-17")
  func plainTextInOldVersion() {
    let pattern = Pattern("${aws:username}/${$}", wildcards: false, variables: false)
    #expect(pattern.matches("${aws:username}/${$}"))
  }

  @Test("D-55, D-56, D-58: values, defaults, absent keys")
  func resolves() {
    let pattern = Pattern("home/${aws:username}/*", wildcards: true, variables: true)
    #expect(pattern.matches("home/ann/x", resolving: values(["aws:username": "ann"])) == .match)
    #expect(pattern.matches("home/bob/x", resolving: values(["aws:username": "ann"])) == .noMatch)
    #expect(pattern.matches("home//x", resolving: values(["aws:username": ""])) == .match)
    #expect(pattern.matches("home/ann/x", resolving: values([:])) == .unresolved)
    #expect(pattern.matches("elsewhere", resolving: values([:])) == .unresolved)
    #expect(pattern.matches("home/ann/x", resolving: values(["aws:username": "*"])) == .noMatch)
    #expect(pattern.matches("home/*/x", resolving: values(["aws:username": "*"])) == .match)
    #expect(!pattern.matches("home/ann/x"))
    let defaulted = Pattern("${a, '?'}", wildcards: true, variables: true)
    #expect(defaulted.matches("?", resolving: values([:])) == .match)
    #expect(defaulted.matches("x", resolving: values([:])) == .noMatch)
    #expect(defaulted.matches("x", resolving: values(["a": "x"])) == .match)
  }
}

@Suite struct ActionPatternTests {
  @Test(
    "D-37, D-38: actions match without case, wildcards in the name",
    arguments: [
      ("*", "kms", "decrypt"), ("kms:*", "kms", "decrypt"), ("KMS:DECRYPT", "kms", "decrypt"),
      ("kms:De*", "kms", "describekey"),
      ("kms:ReEncrypt*", "kms", "reencryptfrom"), ("kms:?ecrypt", "kms", "decrypt"),
      ("kms:*Grant*", "kms", "listretirablegrants"),
      ("execute-api:Invoke", "execute-api", "invoke"),
    ] as [(Text, Text, Text)])
  func matches(pattern: Text, service: Text, name: Text) throws {
    #expect(try #require(ActionPattern(pattern)).matches(service: service, name: name))
  }

  @Test(
    "D-38, D-40: and nothing else",
    arguments: [
      ("s3:*", "kms", "decrypt"), ("kms:Decrypt", "kms", "decryptx"), ("kms:ReEncrypt", "kms", "reencryptfrom"),
      ("kms:Foo", "kms", "decrypt"), ("km:*", "kms", "decrypt"), ("kmsx:*", "kms", "decrypt"),
    ] as [(Text, Text, Text)])
  func differs(pattern: Text, service: Text, name: Text) throws {
    #expect(try !(#require(ActionPattern(pattern)).matches(service: service, name: name)))
  }

  @Test(
    "D-38: what is no action",
    arguments: [
      "", "kms", "Decrypt", "kms:", ":Decrypt", "k*:Decrypt", "*:*", "?ms:*", "**", "kms:a:b", "kms Decrypt",
      "kms: Decrypt",
      "kms:Decrypt ", "kms:${aws:username}", "kms:${x}", "arn:aws:kms:us-east-1:1:key/1", "kms:Dé*", "?",
    ] as [Text])
  func refused(text: Text) { #expect(ActionPattern(text) == nil) }

  @Test("D-39: NotAction covers what no entry matches, in every service")
  func notAction() throws {
    let element = ActionElement(isNegated: true, patterns: [try #require(ActionPattern("kms:*"))])
    #expect(!element.matches(service: "kms", name: "decrypt") && element.matches(service: "s3", name: "getobject"))
  }

  @Test("D-13: an element without patterns covers nothing")
  func empty() { #expect(!ActionElement(patterns: []).matches(service: "kms", name: "decrypt")) }
}

@Suite struct ResourcePatternTests {
  static let key: Text = "arn:aws:kms:us-west-2:111122223333:key/1234abcd"

  @Test(
    "D-41 to D-49: matches",
    arguments: [
      ("*", key), (key, key), ("arn:aws:kms:*:111122223333:key/*", key), ("arn:aws:kms:us-west-2:*:key/*", key),
      ("arn:*:kms:*:*:*", key), ("arn:aws:kms:us-west-?:111122223333:key/????abcd", key),
      ("arn:aws:kms:us-west-2:111122223333:*", key),
      ("arn:aws:kms:*:*:alias/*", "arn:aws:kms:us-west-2:111122223333:alias/a/b"),
      ("arn:aws:sns:*:*:*", "arn:aws:sns:us-east-1:1:a:b:c"), ("arn:aws:sns:*:*:a:*c", "arn:aws:sns:us-east-1:1:a:b:c"),
      ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b"),
      ("arn:aws:kms:us-west-2:*:key/mrk-1", "arn:aws:kms:us-west-2:111122223333:key/mrk-1"),
      ("arn:aws:kms:*", key), ("arn:aws:kms:us-west-2:*", key), ("arn:aws:kms:us-west-2:111122223333:*", key),
      ("arn:*:kms:*", key),
    ] as [(Text, Text)])
  func matches(pattern: Text, text: Text) throws {
    let compiled = try #require(ResourcePattern(pattern, version: .v2008))
    #expect(try compiled.matches(arn(text)) { _ in nil } == .match)
  }

  @Test(
    "D-42 to D-49: does not match",
    arguments: [
      ("arn:aws:kms:*:444455556666:key/*", key), ("arn:aws:kms:us-west-2::key/1234abcd", key),
      ("arn:aws:kms:us-west-2:*:alias/*", key),
      ("arn:aws:kms:us*key/*:x:y", key), ("arn:aws:kms:*:key/*", key), ("arn:AWS:kms:*:*:*", key),
      ("arn:aws:kms:us-west-2:111122223333:KEY/*", key),
      ("arn:aws:*:us-west-2:111122223333:key/*", key), ("arn:aws:k?s:us-west-2:111122223333:key/*", key),
      ("arn:aws:*", key), ("arn:*", key),
      ("arn:", key), ("arn:aws:kms", key), ("arn:aws:kms*", key), ("arn:aws:kms:us-west*", key),
      ("arn:aws:kms:us-west-2", key),
      ("arn:aws-cn:kms:us-west-2:111122223333:key/1234abcd", key), ("arn:aws:kms:us-west-2:111122223333:key/1234", key),
    ] as [(Text, Text)])
  func differs(pattern: Text, text: Text) throws {
    let compiled = try #require(ResourcePattern(pattern, version: .v2012))
    #expect(try compiled.matches(arn(text)) { _ in nil } == .noMatch)
  }

  @Test(
    "D-48: neither `*` nor an ARN is refused",
    arguments: [
      "", "1234abcd", "alias/x", "key/*", "**", "?", "arn", "ARN:aws:kms:*:*:*", "*:aws:kms", "${aws:x}", " *",
    ] as [Text])
  func refused(text: Text) { #expect(ResourcePattern(text, version: .v2012) == nil) }

  @Test("D-41: only `*` matches an operation without a resource")
  func noResource() throws {
    #expect(try #require(ResourcePattern("*", version: .v2012)).matches(nil) { _ in nil } == .match)
    #expect(try #require(ResourcePattern("arn:aws:kms:*", version: .v2012)).matches(nil) { _ in nil } == .noMatch)
  }

  @Test("D-52: variables stand behind the fifth colon only")
  func variablePlace() throws {
    let ann = try arn("arn:aws:s3:::b/ann")
    let resolving = values(["aws:username": "ann", "aws:x": "b"])
    #expect(
      try #require(ResourcePattern("arn:aws:s3:::b/${aws:username}", version: .v2012)).matches(
        ann, resolving: resolving) == .match)
    #expect(
      try #require(ResourcePattern("arn:aws:s3:::b/${aws:username}", version: .v2008)).matches(
        ann, resolving: resolving) == .noMatch)
    for early: Text in [
      "arn:aws:s3::${aws:x}:b/ann", "arn:aws:s3:${aws:x}::b", "arn:${aws:x}:s3:::b", "arn:aws:${aws:x}:::b",
    ] {
      guard case .unmatchable(early) = ResourcePattern(early, version: .v2012) else {
        Issue.record("\(early) is not told to match nothing")
        continue
      }
    }
  }

  @Test("D-55: an absent variable is unresolved, whatever the other parts say")
  func unresolved() throws {
    let pattern = try #require(ResourcePattern("arn:aws:s3:::b/${aws:username}", version: .v2012))
    #expect(try pattern.matches(arn("arn:aws:s3:::b/ann")) { _ in nil } == .unresolved)
    #expect(try pattern.matches(arn("arn:aws:kms:::b/ann")) { _ in nil } == .unresolved)
  }

  @Test("D-57: an escaped star is a star")
  func escaped() throws {
    let pattern = try #require(ResourcePattern("arn:aws:s3:::b/${*}", version: .v2012))
    #expect(try pattern.matches(arn("arn:aws:s3:::b/*")) { _ in nil } == .match)
    #expect(try pattern.matches(arn("arn:aws:s3:::b/x")) { _ in nil } == .noMatch)
  }
}
