// Makes a difference small: tries to leave out one thing after the other, and keeps what still differs.

struct Shrinker {
  /// Whether the two still differ.
  var differs: (World, Question) -> Bool

  func shrink(_ world: World, _ question: Question) -> (World, Question) {
    var world = world
    var question = question
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      var number = 0
      while true {
        var smallerWorld = world
        var smallerQuestion = question
        var edits = Edits(target: number)
        edits.apply(&smallerWorld, &smallerQuestion)
        if edits.isPastEnd { break }
        if differs(smallerWorld, smallerQuestion) {
          world = smallerWorld
          question = smallerQuestion
          isSmaller = true
        } else {
          number += 1
        }
      }
    }
    return (world, question)
  }
}

/// All simplifications in one order; the one whose number is `target` is made.
private struct Edits {
  let target: Int
  private var number = -1
  var isPastEnd: Bool { number < target }

  init(target: Int) { self.target = target }

  private mutating func isNext() -> Bool {
    number += 1
    return number == target
  }

  private mutating func removeOne<T>(_ list: inout [T], least: Int = 0) {
    guard list.count > least else { return }
    var place = 0
    while place < list.count {
      if isNext() {
        list.remove(at: place)
        return
      }
      place += 1
    }
  }

  private mutating func clear<T>(_ value: inout T?) {
    guard value != nil, isNext() else { return }
    value = nil
  }

  private mutating func clear(_ value: inout String) {
    guard !value.isEmpty, isNext() else { return }
    value = ""
  }

  mutating func apply(_ world: inout World, _ question: inout Question) {
    removeOne(&world.accounts)
    for account in world.accounts.indices { shrink(&world.accounts[account]) }
    clear(&world.organization)
    if var organization = world.organization {
      clear(&organization.managementAccount)
      shrink(&organization.root)
      world.organization = organization
    }
    removeOne(&world.serviceControlPolicies)
    removeOne(&world.resourceControlPolicies)
    removeOne(&world.awsManagedPolicies)
    for place in world.serviceControlPolicies.indices { shrink(&world.serviceControlPolicies[place].policy) }
    for place in world.resourceControlPolicies.indices { shrink(&world.resourceControlPolicies[place].policy) }
    for place in world.awsManagedPolicies.indices { shrink(&world.awsManagedPolicies[place].policy) }
    shrink(&question)
  }

  private mutating func shrink(_ unit: inout Unit) {
    removeOne(&unit.members)
    removeOne(&unit.units)
    shrink(&unit.attached)
    for place in unit.members.indices { shrink(&unit.members[place].attached) }
    for place in unit.units.indices { shrink(&unit.units[place]) }
  }

  private mutating func shrink(_ attached: inout Attachments) {
    clear(&attached.serviceControlPolicies)
    removeOne(&attached.resourceControlPolicies)
  }

  private mutating func shrink(_ account: inout Account) {
    removeOne(&account.users)
    removeOne(&account.roles)
    removeOne(&account.groups)
    removeOne(&account.keys)
    removeOne(&account.aliases)
    removeOne(&account.endpoints)
    removeOne(&account.resources)
    removeOne(&account.policies)
    removeOne(&account.enabledRegions)
    clear(&account.partition)
    for place in account.users.indices { shrink(&account.users[place]) }
    for place in account.roles.indices { shrink(&account.roles[place]) }
    for place in account.groups.indices { shrink(&account.groups[place]) }
    for place in account.keys.indices { shrink(&account.keys[place]) }
    for place in account.endpoints.indices { shrink(&account.endpoints[place].policy) }
    for place in account.policies.indices { shrink(&account.policies[place].policy) }
    for place in account.resources.indices {
      clear(&account.resources[place].policy)
      if var policy = account.resources[place].policy {
        shrink(&policy)
        account.resources[place].policy = policy
      }
    }
  }

  private mutating func shrink(_ identity: inout Identity) {
    removeOne(&identity.inline)
    removeOne(&identity.attached)
    removeOne(&identity.groups)
    removeOne(&identity.tags)
    clear(&identity.boundary)
    clear(&identity.uniqueID)
    clear(&identity.trust)
    for place in identity.inline.indices { shrink(&identity.inline[place].policy) }
    if var trust = identity.trust {
      shrink(&trust)
      identity.trust = trust
    }
  }

  private mutating func shrink(_ key: inout Key) {
    removeOne(&key.grants)
    removeOne(&key.tags)
    clear(&key.spec)
    clear(&key.usage)
    clear(&key.origin)
    clear(&key.multiRegionType)
    if key.isAWSManaged, isNext() { key.isAWSManaged = false }
    shrink(&key.policy)
    for place in key.grants.indices {
      removeOne(&key.grants[place].operations, least: 1)
      clear(&key.grants[place].retiring)
      clear(&key.grants[place].issuingAccount)
      clear(&key.grants[place].equals)
      clear(&key.grants[place].subset)
      clear(&key.grants[place].sourceARN)
    }
  }

  private mutating func shrink(_ policy: inout Policy) {
    removeOne(&policy.statements, least: 1)
    for place in policy.statements.indices { shrink(&policy.statements[place]) }
  }

  private mutating func shrink(_ statement: inout Statement) {
    removeOne(&statement.conditions)
    removeOne(&statement.action.entries, least: 1)
    if var resource = statement.resource {
      removeOne(&resource.entries, least: 1)
      if resource.isNot || resource.entries[0] != "*", isNext() { resource = ListElement(entries: ["*"]) }
      statement.resource = resource
    }
    if statement.action.isNot || !["*", "kms:*"].contains(statement.action.entries[0]), isNext() {
      statement.action = ListElement(entries: ["kms:*"])
    }
    if var principal = statement.principal, !principal.isBareStar {
      removeOne(&principal.entries, least: 1)
      statement.principal = principal
    }
    for place in statement.conditions.indices { removeOne(&statement.conditions[place].operands, least: 1) }
  }

  private mutating func shrink(_ question: inout Question) {
    removeOne(&question.context)
    removeOne(&question.overrides)
    removeOne(&question.encryptionContext)
    removeOne(&question.targetEncryptionContext)
    clear(&question.session)
    clear(&question.region)
    clear(&question.target)
    clear(&question.grantID)
    if !question.grantTokens.isEmpty, isNext() { question.grantTokens = [] }
    if var session = question.session {
      removeOne(&session.policies)
      removeOne(&session.policyARNs)
      removeOne(&session.tags)
      for place in session.policies.indices { shrink(&session.policies[place]) }
      question.session = session
    }
    clear(&question.grant)
    if var grant = question.grant {
      removeOne(&grant.operations)
      clear(&grant.retiring)
      clear(&grant.sourceARN)
      clear(&grant.equals)
      clear(&grant.subset)
      question.grant = grant
    }
  }
}
