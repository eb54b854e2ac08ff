// SHA-256 against the examples of FIPS 180-4 and NIST's byte-oriented test vectors.

import Testing

@testable import PolicyDirectory

struct SHA256Tests {
  @Test(
    "the digests of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func examples(message: String, digest: String) {
    #expect(String(decoding: SHA256.digest(of: Array(message.utf8)).hexadecimal, as: UTF8.self) == digest)
  }

  @Test("a million times the letter a")
  func million() {
    let digest = SHA256.digest(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(
      String(decoding: digest.hexadecimal, as: UTF8.self)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("pieces of any length give the digest of the whole", arguments: [1, 3, 55, 56, 63, 64, 65, 127, 200])
  func pieces(length: Int) {
    let message = (0..<999).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var running = SHA256()
    var rest = message[...]
    while !rest.isEmpty {
      running.update(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    #expect(running.finish() == SHA256.digest(of: message))
  }

  @Test("the bytes of the digest are those of its hex form")
  func bytes() {
    #expect(SHA256.digest(of: Array("abc".utf8)).bytes.prefix(4).elementsEqual([0xba, 0x78, 0x16, 0xbf]))
  }
}
