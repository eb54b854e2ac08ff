// A question to which the engine and the naive evaluator give different answers, as a case for Tests/Conformance/found.

public struct Difference: Sendable {
  public var engine: String
  public var naive: String
  /// A suite of one case, which expects what the naive evaluator says.
  public var suite: String

  public var kind: String { "engine \(engine), naive \(naive)" }
}

extension Difference {
  init(_ world: World, _ question: Question, engine: Answer, naive: Answer, name: String) {
    self.engine = engine.short
    self.naive = naive.short
    var expect: [(String, JSON)]
    switch naive {
    case .refused: expect = [("error", .text("INVALID_ARGUMENT"))]
    case .decided(let isAllowed, let denial, let reason, let keyARN):
      expect = [("decision", .text(isAllowed ? "ALLOW" : "DENY"))]
      if !denial.isEmpty { expect.append(("denial", .text(denial))) }
      expect.append(("reason", .text(reason)))
      if !keyARN.isEmpty { expect.append(("keyArn", .text(keyARN))) }
    }
    let files = world.files.map { "      \(JSON.text($0.path).rendered): \($0.document.rendered)" }
    suite = """
      {
        "cases": [
          {
            "name": \(JSON.text(name).rendered),
            "files": {
      \(files.map { "  " + $0 }.joined(separator: ",\n"))
            },
            "request": \(question.json.rendered),
            "contextOverrides": \(question.overridesJSON.rendered),
            "expect": \(JSON.object(expect).rendered)
          }
        ]
      }
      """
  }
}
