// The corpus of the benchmarks: a set that loads, and answers that were right before anybody asked the engine.

import Authorization
import BenchmarkCorpus
import CCountersign
import PolicyDirectory
import PolicyLanguage
import PolicySuite
import Testing

@Suite struct CorpusTests {
  @Test(
    "the engine answers each question as the corpus was built",
    arguments: Corpus.Shape.allCases, [(keys: 40, roles: 40), (keys: 3, roles: 20), (keys: 20, roles: 3)])
  func engineAgrees(shape: Corpus.Shape, size: (keys: Int, roles: Int)) throws {
    let corpus = Corpus(keys: size.keys, roles: size.roles, seed: 7, shape: shape)
    let text = "{\"cases\": [" + cases(corpus).joined(separator: ",\n") + "]}"
    var suite = try SuiteReader.parse(Array(text.utf8), file: "corpus") { _ in PolicyTree() }
    suite.tree = PolicyTree(files: files(corpus))
    var results: [SuiteResult] = []
    SuiteRunner(suite).run { results.append($0) }
    #expect(results.count == corpus.questionCount)
    #expect(results.filter { !$0.passed }.map { "\($0.name): \($0.mismatches)" } == [])
  }

  @Test(
    "every reason that a corpus can lead to is among the questions, and some are allowed",
    arguments: Corpus.Shape.allCases)
  func reasons(shape: Corpus.Shape) {
    let corpus = Corpus(keys: 40, roles: 40, seed: 7, shape: shape)
    let reasons = Set((0..<corpus.questionCount).map { corpus.question($0).reason })
    #expect(
      reasons == [
        .allowed, .explicitDenyKeyPolicy, .explicitDenyIdentityPolicy, .noKeyPolicyAllow, .noIdentityPolicyAllow,
      ])
  }

  @Test("the same seed gives the same files and questions, another seed others")
  func seeds() {
    let first = Corpus(keys: 20, roles: 20, seed: 1)
    let again = Corpus(keys: 20, roles: 20, seed: 1)
    let other = Corpus(keys: 20, roles: 20, seed: 2)
    #expect(files(first) == files(again))
    #expect(cases(first) == cases(again))
    #expect(files(first) != files(other))
  }

  @Test("large policies come close to the limits of AWS and keep them")
  func sizes() {
    let files = files(Corpus(keys: 5, roles: 5, seed: 1, shape: .large))
    let keyPolicies = files.filter { $0.key.hasSuffix("/policy.json") }.map(\.value.count)
    let managed = files.filter { $0.key.hasSuffix("-part-3.json") }.map(\.value.count)
    #expect(keyPolicies.count == 5 && keyPolicies.allSatisfy { (31_000...32_768).contains($0) })
    #expect(managed.count == 5 && managed.allSatisfy { (5_800...6_144).contains($0) })
  }

  @Test("the wire records hold the message that was asked and the proto's numbers")
  func wire() throws {
    let corpus = Corpus(keys: 20, roles: 20, seed: 1, shape: .conditions)
    let question = corpus.question(0)
    let record = question.wireRecord
    #expect(Int(record[0]) | Int(record[1]) << 8 == record.count - 4)
    #expect(UInt32(record[2]) == COUNTERSIGN__DECISION__DECISION_ALLOW.rawValue)
    #expect(UInt32(record[3]) == COUNTERSIGN__REASON__REASON_ALLOWED.rawValue)
    let message = Array(record.dropFirst(4))
    let unpacked = try #require(countersign__check_request__unpack(nil, message.count, message))
    defer { countersign__check_request__free_unpacked(unpacked, nil) }
    #expect(text(unpacked.pointee.principal) == question.principal)
    #expect(text(unpacked.pointee.resource) == question.resource)
    #expect(unpacked.pointee.n_encryption_context == 3)
    #expect(unpacked.pointee.n_context == 2)
  }
}

private func files(_ corpus: Corpus) -> [Text: [UInt8]] {
  var files: [Text: [UInt8]] = [:]
  corpus.forEachFile { path, text in files[Text(path)] = Array(text.utf8) }
  return files
}

private func cases(_ corpus: Corpus) -> [String] {
  (0..<corpus.questionCount).map { corpus.question($0).suiteCase(name: "question \($0)") }
}

private func text(_ bytes: ProtobufCBinaryData) -> String {
  String(decoding: UnsafeBufferPointer(start: bytes.data, count: bytes.len), as: UTF8.self)
}
