// What must hold of the engine alone, whatever the rules say of a particular request.

import PolicyDirectory

public enum Properties {
  /// What was broken in the world of that seed; empty when all held.
  public static func broken(seed: UInt64, questions: Int) -> [String] {
    var generator = WorldGenerator(dice: Dice(seed: seed))
    let world = generator.world()
    let asked = (0..<questions).map { _ in generator.question(world) }
    let loader = PolicyLoader()
    guard let engine = try? Engine(world, loader), let empty = try? Engine(World(), loader) else {
      return ["seed \(seed): the world does not load"]
    }
    let before = asked.map(engine.answer)
    var broken: [String] = []
    func check(_ what: String, _ changed: World, _ holds: (Answer, Answer) -> Bool) {
      guard let engine = try? Engine(changed, loader) else {
        broken.append("seed \(seed): \(what): the world does not load")
        return
      }
      for (number, question) in asked.enumerated() {
        let after = engine.answer(question)
        if !holds(before[number], after) {
          broken.append("seed \(seed), question \(number): \(what): \(before[number].short), then \(after.short)")
        }
      }
    }

    var denying = world
    let deniedPlace = generator.dice.below(world.policyCount)
    denying.changePolicy(deniedPlace) { policy in
      policy.statements.append(
        Statement(
          effect: .deny, principal: policy.statements[0].principal.map { _ in PrincipalElement(isBareStar: true) },
          action: ListElement(
            entries: policy.statements[0].action.isNot ? ["sts:*"] : policy.statements[0].action.entries),
          resource: policy.statements[0].resource))
    }
    check("adding a Deny allowed more", denying) { $0.isAllowed || !$1.isAllowed }

    var poorer = world
    for _ in 0..<3 {
      poorer.changePolicy(generator.dice.below(world.policyCount)) { policy in
        guard let place = policy.statements.firstIndex(where: { $0.effect == .allow }) else { return }
        // A policy may not be empty: an Allow of nothing stands for the one that went.
        policy.statements[place].action = ListElement(entries: ["sts:Never"])
      }
    }
    check("removing an Allow allowed more", poorer) { $0.isAllowed || !$1.isAllowed }

    var ungranted = world
    for account in ungranted.accounts.indices {
      for key in ungranted.accounts[account].keys.indices where !ungranted.accounts[account].keys[key].grants.isEmpty {
        ungranted.accounts[account].keys[key].grants.removeFirst()
      }
    }
    check("removing a grant allowed more", ungranted) { $0.isAllowed || !$1.isAllowed }

    var shuffled = world
    for place in 0..<world.policyCount {
      shuffled.changePolicy(place) { policy in
        policy.statements.append(policy.statements[0])
        policy.statements.reverse()
        for statement in policy.statements.indices {
          policy.statements[statement].action.entries.reverse()
          policy.statements[statement].action.entries.append(policy.statements[statement].action.entries[0])
          policy.statements[statement].conditions.reverse()
          policy.statements[statement].principal?.entries.reverse()
        }
      }
    }
    for account in shuffled.accounts.indices {
      for user in shuffled.accounts[account].users.indices { shuffled.accounts[account].users[user].shuffle() }
      for role in shuffled.accounts[account].roles.indices { shuffled.accounts[account].roles[role].shuffle() }
      for key in shuffled.accounts[account].keys.indices { shuffled.accounts[account].keys[key].grants.reverse() }
      shuffled.accounts[account].aliases.reverse()
    }
    check("order, duplicates or file names changed the answer", shuffled) { $0 == $1 }

    for (number, question) in asked.enumerated() where empty.answer(question).isAllowed {
      broken.append("seed \(seed), question \(number): an empty directory allowed it")
    }
    return broken
  }
}

extension Identity {
  fileprivate mutating func shuffle() {
    inline.reverse()
    for place in inline.indices { inline[place].name = "renamed-\(place)" }
    attached.reverse()
    groups.reverse()
    tags.reverse()
  }
}

extension World {
  /// Of the policies that `changePolicy` reaches: all but trust policies.
  fileprivate var policyCount: Int {
    var world = self
    return world.visit(-1) { _ in }
  }

  fileprivate mutating func changePolicy(_ place: Int, _ change: (inout Policy) -> Void) { _ = visit(place, change) }

  /// Changes the one policy at that place; how many there are.
  private mutating func visit(_ target: Int, _ change: (inout Policy) -> Void) -> Int {
    var number = 0
    func step(_ policy: inout Policy) {
      if number == target { change(&policy) }
      number += 1
    }
    for place in serviceControlPolicies.indices { step(&serviceControlPolicies[place].policy) }
    for place in resourceControlPolicies.indices { step(&resourceControlPolicies[place].policy) }
    for place in awsManagedPolicies.indices { step(&awsManagedPolicies[place].policy) }
    for account in accounts.indices {
      for place in accounts[account].policies.indices { step(&accounts[account].policies[place].policy) }
      for place in accounts[account].endpoints.indices { step(&accounts[account].endpoints[place].policy) }
      for place in accounts[account].keys.indices { step(&accounts[account].keys[place].policy) }
      for user in accounts[account].users.indices {
        for place in accounts[account].users[user].inline.indices {
          step(&accounts[account].users[user].inline[place].policy)
        }
      }
      for role in accounts[account].roles.indices {
        for place in accounts[account].roles[role].inline.indices {
          step(&accounts[account].roles[role].inline[place].policy)
        }
      }
    }
    return number
  }
}
