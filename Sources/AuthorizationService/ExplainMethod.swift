// Explain: one question, judged on the event loop, told statement by statement.
//
// It answers a person who asks why, not a sidecar that asks whether: nothing may be done on the strength of it, so it is
// neither recorded nor counted as a decision. Who may ask is settled by the socket's permissions alone, as for Check; what
// is shown to whom beyond that is the asker's choice of side.

import Authorization
import CCountersign
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  func explain(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let arena = try MessageArena()
      let (request, disclosure) = try decodeExplainRequest(bytes, arena)
      let (_, policies) = try stateWithPolicies()
      let explanation: Explanation
      do throws(RequestError) {
        explanation = try policies.index.explain(request, at: .now(), to: disclosure)
      } catch {
        throw Status(error)
      }
      call.reply(packing: try arena.response(explanation, requestID: request.requestID))
    } catch {
      call.finish(error)
    }
  }

  private func decodeExplainRequest(
    _ bytes: UnsafeRawBufferPointer, _ arena: borrowing MessageArena
  ) throws(Status) -> (AuthorizationRequest, Disclosure) {
    let message = try arena.unpack(bytes, with: countersign__explain_request__unpack)
    guard let request = message.pointee.request else { throw Status(.invalidArgument, "request is missing") }
    let side = try Disclosure.Side(message.pointee.side)
    let reader = FieldReader(copies: false)
    let disclosure = Disclosure(side: side, account: try reader.text(message.pointee.account, "account"))
    return (try reader.request(request), disclosure)
  }
}

extension Disclosure.Side {
  /// - Throws: INVALID_ARGUMENT for a number without a meaning: guessing would show too much.
  init(_ value: Countersign__Side) throws(Status) {
    switch value {
    case COUNTERSIGN__SIDE__SIDE_UNSPECIFIED, COUNTERSIGN__SIDE__SIDE_BOTH: self = .both
    case COUNTERSIGN__SIDE__SIDE_OWNER: self = .owner
    case COUNTERSIGN__SIDE__SIDE_CALLER: self = .caller
    default: throw Status(.invalidArgument, "side is \(value.rawValue), expected a value of Side")
    }
  }
}
