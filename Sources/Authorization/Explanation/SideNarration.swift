// One side told: its answers, and what would have to change for it to allow.

import PolicyLanguage

struct SideNarration {
  private(set) var answers: [PolicyAnswer] = []
  private(set) var advice: [String] = []

  /// - Parameter advice: what to do about it; told only when the answer stands in the way.
  mutating func add(
    _ kind: PolicyAnswer.Kind, _ result: PolicyAnswer.Result, _ note: String, statements: [ExplainedStatement] = [],
    advice: @autoclosure () -> String = ""
  ) {
    answers.append(PolicyAnswer(kind: kind, result: result, note: note, statements: statements))
    guard result == .denies || result == .lacksAllow else { return }
    let text = advice()
    if !text.isEmpty { self.advice.append(text) }
  }

  /// For a policy that denies: which statement, and where.
  static func removal(of statement: StatementReference?, _ action: BorrowedText) -> String {
    guard let statement else { return "a statement that is not this account's denies \(action)" }
    let name = statement.sid.map { $0.isEmpty ? "" : " `\($0)`" } ?? ""
    return
      "\(statement.file):\(statement.line): statement \(statement.index + 1)\(name) denies \(action): remove it, or change it so that it does not cover this request"
  }

  func explanation(_ verdict: SideFinding) -> SideExplanation {
    SideExplanation(
      account: Text(copying: verdict.account), outcome: verdict.outcome, reason: verdict.reason, answers: answers,
      advice: advice)
  }
}
