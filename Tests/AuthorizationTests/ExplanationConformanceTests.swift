// Explanations of every conformance case: they agree with the decision, one side tells nothing of the other, and the
// statements that are told to decide are enough by themselves.

import PolicyDirectory
import PolicyLanguage
import PolicySuite
import Testing

@testable import Authorization

@Suite("Explanations of the conformance cases")
struct ExplanationConformanceTests {
  /// Calls `body` with each case that is decided.
  private func forEachDecision(
    in file: String, _ body: (SuiteCase, PolicySet, PolicyIndex, Decision) throws -> Void
  ) throws {
    let suite = try ConformanceSuites.read(file)
    let loader = PolicyLoader()
    for subject in suite.cases {
      guard let set = try? loader.load(subject.files.laid(over: suite.tree)) else { continue }
      let index = PolicyIndex(set)
      guard let decision = try? index.decide(subject.request, at: World.now) else { continue }
      try body(subject, set, index, decision)
    }
  }

  @Test("an explanation agrees with the decision and with itself", arguments: ConformanceSuites.files)
  func agreement(file: String) throws {
    try forEachDecision(in: file) { subject, _, index, decision in
      let explanation = try index.explain(subject.request, at: World.now)
      let name = "\(file): \(subject.name)"
      #expect(explanation.outcome == decision.outcome, "\(name)")
      #expect(explanation.reason == decision.reason, "\(name)")
      #expect(explanation.denial == decision.denial, "\(name)")
      #expect(explanation.keyARN == decision.keyARN, "\(name)")
      let sides = explanation.legs.flatMap { [$0.owner, $0.caller] }.compactMap { $0 }
      for side in sides {
        let isInTheWay = side.answers.contains { $0.result == .denies || $0.result == .lacksAllow }
        #expect(isInTheWay == (side.outcome == .deny), "\(name): \(side.account) \(side.reason) \(side.answers)")
        #expect(side.advice.isEmpty == (side.outcome == .allow), "\(name): \(side.advice)")
        for statement in side.answers.flatMap(\.statements) {
          if statement.isDeciding { #expect(statement.isMatched, "\(name): \(statement.source)") }
          // RetireGrant: entitlement is any of the elements, and the account's delegation is none of them.
          guard statement.elements.contains(where: { $0.name == "Action" }) else { continue }
          #expect(statement.isMatched == statement.elements.allSatisfy(\.isMatched), "\(name): \(statement.source)")
        }
      }
      let told = Set(sides.flatMap(\.answers).flatMap(\.statements).filter(\.isDeciding).map(\.source))
      #expect(told == Set(decision.decidingStatements), "\(name)")
    }
  }

  @Test("with one side told, no statement of another account is", arguments: ConformanceSuites.files)
  func sides(file: String) throws {
    try forEachDecision(in: file) { subject, _, index, decision in
      for side in [Disclosure.Side.owner, .caller] {
        let explanation = try index.explain(subject.request, at: World.now, to: Disclosure(side: side))
        for leg in explanation.legs {
          #expect(side == .owner ? leg.caller == nil : leg.owner == nil)
          guard let told = side == .owner ? leg.owner : leg.caller else { continue }
          for statement in told.answers.flatMap(\.statements) where statement.source.file.hasPrefix("accounts/") {
            #expect(
              statement.source.file.hasPrefix("accounts/\(told.account)/"),
              "\(file): \(subject.name): \(statement.source.file)")
          }
        }
      }
    }
  }

  @Test("the deciding statements alone give the same decision", arguments: ConformanceSuites.files)
  func sufficiency(file: String) throws {
    try forEachDecision(in: file) { subject, set, _, decision in
      guard decision.outcome == .allow || decision.denial == .explicit else { return }
      let reduced = set.keeping(
        Set(decision.decidingStatements.map(StatementPlace.init)), callerAccount: decision.callerAccount)
      let again = try PolicyIndex(reduced).decide(subject.request, at: World.now)
      #expect(again.outcome == decision.outcome, "\(file): \(subject.name): \(again.reason)")
      #expect(again.denial == decision.denial, "\(file): \(subject.name)")
      if decision.outcome == .allow { #expect(again.reason == .allowed) }
      #expect(again.reason == decision.reason, "\(file): \(subject.name)")
    }
  }
}

extension Decision {
  fileprivate var decidingStatements: [DecidingStatement] {
    let verdicts = legs.isEmpty ? [owner, caller] : legs.flatMap { [$0.owner, $0.caller] }
    return verdicts.compactMap { $0 }.flatMap(\.statements)
  }
}

private struct StatementPlace: Hashable {
  var file: Text
  var index: Int
  init(_ statement: DecidingStatement) {
    file = statement.file
    index = statement.index
  }
  init(file: Text, index: Int) {
    self.file = file
    self.index = index
  }
}

extension PolicySet {
  /// The set without all statements and grants but those. Endpoint policies of others than the caller's account stay:
  /// decisions do not tell their statements, because they belong to neither side.
  fileprivate func keeping(_ places: Set<StatementPlace>, callerAccount: Text) -> PolicySet {
    func reduced(_ file: PolicyFile) -> PolicyFile {
      guard var document = file.document else { return file }
      document.statements.removeAll { !places.contains(StatementPlace(file: file.path, index: $0.index)) }
      return PolicyFile(path: file.path, document: document)
    }
    func reduced(_ identity: Identity) -> Identity {
      var identity = identity
      identity.inlinePolicies = identity.inlinePolicies.map { reduced($0) }
      return identity
    }
    var set = self
    set.serviceControlPolicies = serviceControlPolicies.mapValues { reduced($0) }
    set.resourceControlPolicies = resourceControlPolicies.mapValues { reduced($0) }
    set.awsManagedPolicies = awsManagedPolicies.mapValues { reduced($0) }
    set.accounts = accounts.mapValues { account in
      var account = account
      account.policies = account.policies.mapValues { reduced($0) }
      account.users = account.users.mapValues { User(identity: reduced($0.identity), groups: $0.groups) }
      account.groups = account.groups.mapValues { Group(identity: reduced($0.identity)) }
      account.roles = account.roles.mapValues { role in
        Role(identity: reduced(role.identity), trustPolicy: role.trustPolicy.map { reduced($0) })
      }
      account.keys = account.keys.mapValues { key in
        // A grant that decides is told by its place; the others stay in theirs, but for nobody.
        let grants = key.grants.enumerated().map { index, grant in
          var grant = grant
          if !places.contains(StatementPlace(file: grant.file, index: index)) { grant.operations = [] }
          return grant
        }
        return Key(
          name: key.name, policy: reduced(key.policy), metadata: key.metadata, tags: key.tags, grants: grants)
      }
      if account.id == callerAccount { account.vpcEndpoints = account.vpcEndpoints.mapValues { reduced($0) } }
      account.resources = account.resources.map { resource in
        var resource = resource
        resource.policy = resource.policy.map { reduced($0) }
        return resource
      }
      return account
    }
    return set
  }
}
