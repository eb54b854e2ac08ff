// Other services than KMS: one leg, whose owner is the account that has the resource (CONTRACTS, section 2).

extension NaiveEvaluator {
  func planOther(_ service: String, _ name: String, _ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.otherService)
    if question.resource.isEmpty {
      return NaivePlan(steps: [
        .leg(NaiveLeg(kind: .none, action: question.operation, resource: nil, region: question.region))
      ])
    }
    guard let parts = partsOfARN(question.resource), parts[0] == "arn" else { throw NaiveRefusal("resource") }
    if !question.region.isEmpty, !parts[3].isEmpty, !same(question.region, parts[3]) { throw NaiveRefusal("region") }
    let region = parts[3].isEmpty ? question.region : parts[3]
    // The longest Arn that covers it, else the account in the ARN.
    var best: OtherResource?
    var owner = ""
    for account in world.accounts {
      for resource in account.resources {
        let covers =
          same(question.resource, resource.arn) || starts(question.resource, resource.arn + "/")
          || starts(question.resource, resource.arn + ":")
        if covers, resource.arn.utf8.count > (best?.arn.utf8.count ?? -1) {
          best = resource
          owner = account.id
        }
      }
    }
    if best == nil {
      owner = parts[4]
      if !isAccountID(owner) { throw NaiveRefusal("owner") }
    }
    var policy = best?.policy
    let isAssumeRole = service == "sts" && name == "AssumeRole"
    if isAssumeRole {
      rules.hit(.assumeRole)
      policy = nil
      guard parts[2] == "iam", starts(parts[5], "role/") else { throw NaiveRefusal("role") }
      for role in account(parts[4])?.roles ?? [] where same("role" + role.path + role.name, parts[5]) {
        policy = role.trust
      }
    }
    return NaivePlan(steps: [
      .leg(
        NaiveLeg(
          kind: .other(policy, isTrust: isAssumeRole), action: question.operation, resource: question.resource,
          owner: owner, region: region))
    ])
  }
}
