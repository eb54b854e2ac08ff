// The table of F.7: what each kind of caller needs beside the owner's allow, in the same account and across accounts.

import PolicyLanguage
import Testing

@testable import Authorization

/// Which of the caller's own policies allow.
struct CallerSide: OptionSet, Sendable {
  let rawValue: Int
  static let identity = CallerSide(rawValue: 1)
  static let boundary = CallerSide(rawValue: 2)
  static let session = CallerSide(rawValue: 4)
}

struct NeedCase: Sendable, CustomTestStringConvertible {
  enum Who: Sendable {
    case user, session, federated, root
  }
  let rule: String
  let who: Who
  let isOwnAccount: Bool
  let entry: Text
  let needs: CallerSide

  var testDescription: String { "\(rule): \(who), own account \(isOwnAccount), \(entry)" }
  var account: Text { isOwnAccount ? World.accountA : World.accountB }
  var names: (user: Text, role: Text) {
    isOwnAccount ? ("OwnUser", "OwnRole") : ("ExampleUser", "ExampleRole")
  }
  var principal: Text {
    switch who {
    case .user: "arn:aws:iam::\(account):user/\(names.user)"
    case .session: "arn:aws:sts::\(account):assumed-role/\(names.role)/s1"
    case .federated: "arn:aws:sts::\(account):federated-user/Bob"
    case .root: "arn:aws:iam::\(account):root"
    }
  }
}

@Suite("What the caller's side needs")
struct CallerNeedTests {
  static let cases: [NeedCase] = {
    func entries(
      _ account: Text, _ user: Text, _ role: Text
    ) -> (account: Text, user: Text, role: Text, session: Text, federated: Text) {
      (
        account, "arn:aws:iam::\(account):user/\(user)", "arn:aws:iam::\(account):role/\(role)",
        "arn:aws:sts::\(account):assumed-role/\(role)/s1", "arn:aws:sts::\(account):federated-user/Bob"
      )
    }
    let own = entries(World.accountA, "OwnUser", "OwnRole")
    let other = entries(World.accountB, "ExampleUser", "ExampleRole")
    let all: CallerSide = [.identity, .boundary, .session]
    func make(_ rule: String, _ who: NeedCase.Who, _ isOwn: Bool, _ entry: Text, _ needs: CallerSide) -> NeedCase {
      NeedCase(rule: rule, who: who, isOwnAccount: isOwn, entry: entry, needs: needs)
    }
    return [
      make("F-9", .user, true, own.account, [.identity, .boundary]),
      make("F-11", .user, true, own.user, []),
      make("F-15", .user, true, "*", []),
      make("F-9", .session, true, own.account, all),
      make("F-12", .session, true, own.role, [.boundary, .session]),
      make("F-13", .session, true, own.session, []),
      make("F-15", .session, true, "*", []),
      make("F-14", .federated, true, own.account, all),
      make("F-14", .federated, true, own.user, [.boundary, .session]),
      make("F-13", .federated, true, own.federated, []),
      make("F-15", .federated, true, "*", []),
      make("F-17", .root, true, own.account, []),
      make("F-17", .root, true, "*", []),
      make("F-21", .user, false, other.account, [.identity, .boundary]),
      make("F-21", .user, false, other.user, [.identity, .boundary]),
      make("F-21", .user, false, "*", [.identity, .boundary]),
      make("F-21", .session, false, other.account, all),
      make("F-21", .session, false, other.role, all),
      make("F-21", .session, false, other.session, all),
      make("F-21", .session, false, "*", all),
      make("F-21", .federated, false, other.federated, all),
      make("F-24", .root, false, other.account, []),
      make("F-24", .root, false, "*", []),
    ]
  }()

  /// Every combination of allows on the caller's side: enough exactly when it holds all that is needed.
  @Test("F.7", arguments: cases)
  func table(_ each: NeedCase) throws {
    for raw in 0..<8 {
      let given = CallerSide(rawValue: raw)
      var world = try World(keyPolicy: Statements.key(Statements.aws(each.entry)))
      let allow = Statements.identity()
      let unrelated = Statements.identity(action: "s3:*")
      for name in [each.names.user, each.names.role] {
        try world.allow(name, in: each.account, given.contains(.identity) ? allow : unrelated)
        try world.limit(name, in: each.account, given.contains(.boundary) ? allow : unrelated)
      }
      let reason = try world.reason(each.principal) { request in
        guard each.who == .session || each.who == .federated else { return }
        var session = SessionParameters()
        if each.who == .federated { session.federatedBy = "arn:aws:iam::\(each.account):user/\(each.names.user)" }
        let statement = given.contains(.session) ? allow : unrelated
        session.policies = ["{\"Version\": \"2012-10-17\", \"Statement\": \(statement)}"]
        request.session = session
      }
      let expected: Reason =
        if each.needs.contains(.identity), !given.contains(.identity) {
          .noIdentityPolicyAllow
        } else if each.needs.contains(.boundary), !given.contains(.boundary) {
          .noBoundaryAllow
        } else if each.needs.contains(.session), !given.contains(.session) {
          .noSessionPolicyAllow
        } else {
          .allowed
        }
      #expect(reason == expected, "given \(raw)")
    }
  }

  @Test("F-7: without the account in the key policy identity policies are dead, for the root user too")
  func noDelegation() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountC)))
    try world.allow("OwnUser", in: World.accountA, Statements.identity())
    #expect(try world.reason(World.userA) == .noKeyPolicyAllow)
    #expect(try world.reason("arn:aws:iam::111122223333:root") == .noKeyPolicyAllow)
  }

  @Test("F-14: a federated user without session policies has only what names the session")
  func federatedWithoutPolicies() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
    try world.allow("OwnUser", in: World.accountA, Statements.identity())
    let reason = try world.reason("arn:aws:sts::111122223333:federated-user/Bob") { request in
      var session = SessionParameters()
      session.federatedBy = World.userA
      request.session = session
    }
    #expect(reason == .noSessionPolicyAllow)
  }

  @Test("F-40: a group's policies are its members'")
  func groups() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
    world.user("Member", in: World.accountA, groups: ["g"])
    let document = try World.document(Statements.identity(), as: .identityPolicy)
    world.set.accounts[World.accountA]?.groups["g"] = .init(
      identity: .init(name: "g", inlinePolicies: [.init(path: "g", document: document)]))
    #expect(try world.reason("arn:aws:iam::111122223333:user/Member") == .allowed)
  }

  @Test("Managed policies of AWS and of the account; one that is missing denies")
  func managedPolicies() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
    let document = try World.document(Statements.identity(), as: .identityPolicy)
    world.set.awsManagedPolicies["path/P"] = .init(path: "p", document: document)
    world.set.accounts[World.accountA]?.policies["Q"] = .init(path: "q", document: document)
    func attach(_ arn: Text) -> World {
      var changed = world
      changed.change("OwnUser", in: World.accountA) { $0.attachedPolicies = [arn] }
      return changed
    }
    #expect(try attach("arn:aws:iam::aws:policy/path/P").reason(World.userA) == .allowed)
    #expect(try attach("arn:aws:iam::111122223333:policy/Q").reason(World.userA) == .allowed)
    #expect(try attach("arn:aws:iam::111122223333:policy/Gone").reason(World.userA) == .explicitDenyIdentityPolicy)
  }
}
