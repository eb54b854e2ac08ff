// The numbers on the wire carry the contract's names: each enum value is looked up in the generated descriptor.

import Authorization
import CCountersign
import CProtobufC
import PolicyLanguage
import Testing

@testable import AuthorizationService

@Suite("Wire values")
struct WireValueTests {
  @Test("every reason has its contract name in the proto", arguments: Reason.allCases)
  func reasons(_ reason: Reason) {
    #expect(name(of: reason.wireValue.rawValue, in: countersign__reason__descriptor) == "REASON_\(reason.rawValue)")
  }

  @Test("the proto knows no reason that the contract lacks")
  func noFurtherReasons() {
    #expect(Int(countersign__reason__descriptor.n_values) == Reason.allCases.count + 1)
  }

  @Test("decisions, denials and effects have their contract names")
  func others() {
    #expect(name(of: Outcome.allow.wireValue.rawValue, in: countersign__decision__descriptor) == "DECISION_ALLOW")
    #expect(name(of: Outcome.deny.wireValue.rawValue, in: countersign__decision__descriptor) == "DECISION_DENY")
    #expect(
      name(of: Denial?.some(.explicit).wireValue.rawValue, in: countersign__denial__descriptor) == "DENIAL_EXPLICIT")
    #expect(
      name(of: Denial?.some(.implicit).wireValue.rawValue, in: countersign__denial__descriptor) == "DENIAL_IMPLICIT")
    #expect(name(of: Effect.allow.wireValue.rawValue, in: countersign__effect__descriptor) == "EFFECT_ALLOW")
    #expect(name(of: Effect.deny.wireValue.rawValue, in: countersign__effect__descriptor) == "EFFECT_DENY")
  }

  @Test("what explanations say has its name in the proto, and nothing else")
  func explanations() {
    for kind in PolicyAnswer.Kind.allCases {
      let name = name(of: kind.wireValue.rawValue, in: countersign__policy_answer_kind__descriptor)
      #expect(name == "POLICY_ANSWER_KIND_\(kind.rawValue)")
    }
    #expect(Int(countersign__policy_answer_kind__descriptor.n_values) == PolicyAnswer.Kind.allCases.count + 1)
    for result in PolicyAnswer.Result.allCases {
      let name = name(of: result.wireValue.rawValue, in: countersign__policy_answer_result__descriptor)
      #expect(name == "POLICY_ANSWER_RESULT_\(result.rawValue)")
    }
    #expect(Int(countersign__policy_answer_result__descriptor.n_values) == PolicyAnswer.Result.allCases.count + 1)
  }

  private func name(of value: UInt32, in descriptor: ProtobufCEnumDescriptor) -> String? {
    withUnsafePointer(to: descriptor) { pointer in
      protobuf_c_enum_descriptor_get_value(pointer, Int32(value)).map { String(cString: $0.pointee.name) }
    }
  }
}
