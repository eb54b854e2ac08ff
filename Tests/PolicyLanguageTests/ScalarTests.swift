// Numbers, instants, addresses, networks and base64: what is read, what is not, and how it compares.

import PolicyLanguage
import Testing

@Suite struct DecimalNumberTests {
  @Test(
    "E-17: equal numbers in different spellings",
    arguments: [
      ("10", "10.0"), ("10", "1e1"), ("0", "-0.00"), ("0", "0e5"), ("-1.50", "-1.5"), ("+7", "7"), ("0.001", "1E-3"),
      ("007", "7"), ("123456789012345678901234567890.10", "123456789012345678901234567890.1"),
    ])
  func equal(left: Text, right: Text) throws {
    let (a, b) = (try #require(DecimalNumber(left)), try #require(DecimalNumber(right)))
    #expect(a == b && a.hashValue == b.hashValue)
    #expect(!(a < b) && !(b < a))
  }

  @Test(
    "Numeric operators order exactly",
    arguments: [
      ("9", "10"), ("-10", "-9"), ("-1", "0"), ("0", "0.0000001"), ("-0.5", "0.5"), ("1.25", "1.3"), ("0.09", "0.1"),
      ("99", "1e2"), ("12345678901234567890123456788", "12345678901234567890123456789"),
      ("1e-999999999", "1e999999999"),
      ("-1e999999999", "1"),
    ])
  func ordered(left: Text, right: Text) throws {
    let (a, b) = (try #require(DecimalNumber(left)), try #require(DecimalNumber(right)))
    #expect(a < b && !(b < a) && a != b)
  }

  @Test(
    "what is no number",
    arguments: [
      "", "-", "+", ".5", "5.", "1,5", " 1", "1 ", "1e", "1e+", "1e9999999999", "0x10", "abc", "NaN", "--1", "1.2.3",
      "١",
    ] as [Text])
  func refused(text: Text) { #expect(DecimalNumber(text) == nil) }
}

@Suite struct InstantTests {
  @Test(
    "E-18: forms of dates",
    arguments: [
      ("1970-01-01", 0, 0), ("2026-01-01", 1_767_225_600, 0), ("2026-01", 1_767_225_600, 0),
      ("2026-01-01T00:00:00Z", 1_767_225_600, 0), ("2026-01-01T00:00Z", 1_767_225_600, 0),
      ("2026-01-01T00:00:00", 1_767_225_600, 0), ("2026-01-01T01:00:00+01:00", 1_767_225_600, 0),
      ("2025-12-31T18:30:00-05:30", 1_767_225_600, 0), ("2026-01-01T00:00:00.5Z", 1_767_225_600, 500_000_000),
      ("2026-01-01T00:00:00.1234567899Z", 1_767_225_600, 123_456_789), ("2024-02-29", 1_709_164_800, 0),
      ("2000-02-29", 951_782_400, 0), ("1969-12-31T23:59:59Z", -1, 0), ("0000-01-01", -62_167_219_200, 0),
      ("9999-12-31T23:59:59Z", 253_402_300_799, 0), ("1767225600", 1_767_225_600, 0),
      ("1767225600.25", 1_767_225_600, 250_000_000),
      ("2026", 2026, 0), ("0", 0, 0), ("-1.25", -2, 750_000_000),
    ] as [(Text, Int64, Int32)])
  func read(text: Text, seconds: Int64, nanoseconds: Int32) {
    #expect(Instant(text) == Instant(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    "what is no date",
    arguments: [
      "", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00z", "2026-1-1",
      "20260101T000000Z", "2026-01-01T", "2026-01-01T00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100",
      "2026-01-01T00:00:00+24:00", "2026-01-01Z", "2026-01-01T00:00:00ZZ", "1e9", "+5", "1.", "1234567890123456789",
      "now",
    ] as [Text])
  func refused(text: Text) { #expect(Instant(text) == nil) }

  @Test(
    "text of aws:CurrentTime reads back as the same second",
    arguments: [
      0, -1, 951_782_399, 951_782_400, 1_709_251_199, 1_709_251_200, 1_767_225_599, 1_767_225_600, -62_167_219_200,
      253_402_300_799,
      4_107_542_399, 4_107_542_400,
    ] as [Int64])
  func prints(seconds: Int64) { #expect(Instant(Instant(seconds: seconds).text) == Instant(seconds: seconds)) }

  @Test func printsInFull() {
    #expect(Instant(seconds: 1_767_225_600, nanoseconds: 999_999_999).text == "2026-01-01T00:00:00Z")
    #expect(Instant(seconds: 1_709_209_845).text == "2024-02-29T12:30:45Z")
  }

  @Test("every day from 1890 to 2110 has its own, next date")
  func walksTheCalendar() {
    var previous: Text = ""
    for day in Int64(-29_220)...Int64(51_134) {
      let text = Instant(seconds: day * 86_400).text
      if text <= previous || Instant(text)?.seconds != day * 86_400 { Issue.record("\(text) is wrong") }
      previous = text
    }
  }

  @Test func orders() {
    #expect(Instant(seconds: 1, nanoseconds: 5) < Instant(seconds: 1, nanoseconds: 6))
    #expect(Instant(seconds: 1, nanoseconds: 6) < Instant(seconds: 2))
    #expect(Instant.now() > Instant(seconds: 1_700_000_000))
  }
}

@Suite struct IPNetworkTests {
  @Test(
    "IpAddress: inside",
    arguments: [
      ("192.0.2.0/24", "192.0.2.255"), ("192.0.2.77/24", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"),
      ("0.0.0.0/0", "255.255.255.255"),
      ("10.0.0.0/31", "10.0.0.1"), ("2001:db8::/32", "2001:db8:ffff::1"), ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"),
      ("::/0", "::1"), ("::ffff:192.0.2.1", "::ffff:c000:201"), ("fe80::/10", "febf::"),
      ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:0201"),
    ])
  func contains(network: Text, address: Text) throws {
    #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))))
  }

  @Test(
    "IpAddress: outside; v4 never matches v6",
    arguments: [
      ("192.0.2.0/24", "192.0.3.0"), ("192.0.2.1", "192.0.2.2"), ("10.0.0.0/31", "10.0.0.2"),
      ("2001:db8::/32", "2001:db9::"),
      ("::/0", "192.0.2.1"), ("0.0.0.0/0", "::1"), ("0.0.0.0/0", "::ffff:192.0.2.1"), ("192.0.2.1", "::ffff:192.0.2.1"),
      ("2001:db8::1", "2001:db8::2"),
    ])
  func excludes(network: Text, address: Text) throws {
    #expect(!(try #require(IPNetwork(network)).contains(try #require(IPAddress(address)))))
  }

  @Test(
    "what is no network",
    arguments: [
      "", "192.0.2", "192.0.2.0.1", "192.0.2.256", "192.0.02.1", "010.0.0.1", "192.0.2.0/33", "192.0.2.0/",
      "192.0.2.0/-1",
      "192.0.2.0/024", "192.0.2.0/24/1", "/24", "192.0.2.*", " 192.0.2.1", "1.2.3.4:80", ":", ":::", "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "2001:db8::/129", "fe80::1%eth0",
      ":1::",
      "1::2:", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "abc",
    ] as [Text])
  func refused(text: Text) { #expect(IPNetwork(text) == nil) }
}

@Suite struct Base64Tests {
  @Test(
    "BinaryEquals: base64",
    arguments: [
      ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar"), ("Pz8/", "???"),
      ("fn5+", "~~~"),
    ])
  func decodes(text: Text, expected: String) { #expect(Base64.decode(text) == Array(expected.utf8)) }

  @Test func decodesEveryByte() { #expect(Base64.decode("AP/+gA==") == [0x00, 0xFF, 0xFE, 0x80]) }

  @Test(
    "what is not base64",
    arguments: [
      "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v=", "====", "=Zm9", "Z===", "Zm9v\n", "Zm-_", "Zm 9", "Zg==Zg==",
    ] as [Text])
  func refused(text: Text) { #expect(Base64.decode(text) == nil) }
}
