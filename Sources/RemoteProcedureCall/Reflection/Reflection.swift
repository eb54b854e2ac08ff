// Server reflection, so that tools such as grpcurl can ask what is served: grpc.reflection.v1 and, for older tools, v1alpha,
// which is the same on the wire.

import CCountersign
import CProtobufC

/// The reflection service over a set of file descriptors.
public struct Reflection: Sendable {
  private let index: DescriptorIndex

  /// - Parameter descriptors: serialized FileDescriptorProtos of all that is served, and of what they import. Reflection's
  ///   own and health's are among them when clients should see those too.
  public init(descriptors: [[UInt8]]) {
    index = DescriptorIndex(descriptors)
  }

  /// `ServerReflectionInfo` of both versions.
  public var methods: [Method] {
    ["v1", "v1alpha"].map { version in
      Method(
        path: "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo",
        kind: .streaming { [index] in ReflectionHandler(index, $0) })
    }
  }
}

/// Answers the questions of one `ServerReflectionInfo` call, in order.
final class ReflectionHandler: StreamHandler {
  private typealias Request = GrpcReflection__ServerReflectionRequest
  private typealias Response = GrpcReflection__ServerReflectionResponse

  private let index: DescriptorIndex
  private let call: Call

  init(_ index: DescriptorIndex, _ call: Call) {
    self.index = index
    self.call = call
  }

  func received(_ message: UnsafeRawBufferPointer) {
    do throws(Status) {
      let arena = try MessageArena()
      let request = try arena.unpack(message, with: grpc_reflection__server_reflection_request__unpack)
      let response = try arena.make(grpc_reflection__server_reflection_response__init)
      response.pointee.valid_host = request.pointee.host
      response.pointee.original_request = request
      try answer(request, response, arena)
      // False when the client reads too slowly: then no more questions are handed over.
      _ = call.send(packing: response)
    } catch {
      call.finish(error)
    }
  }

  func receivedEnd() { call.finish(.ok) }
  func cancelled() {}
  func writable() {}

  // MARK: Answers

  private func answer(
    _ request: UnsafeMutablePointer<Request>, _ response: UnsafeMutablePointer<Response>,
    _ arena: borrowing MessageArena
  ) throws(Status) {
    switch request.pointee.message_request_case {
    case GRPC_REFLECTION__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
      try answer(index.file(named: [UInt8](request.pointee.file_by_filename)), response, arena)
    case GRPC_REFLECTION__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
      try answer(index.file(declaring: [UInt8](request.pointee.file_containing_symbol)), response, arena)
    case GRPC_REFLECTION__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
      let wanted = request.pointee.file_containing_extension?.pointee
      let file = wanted.flatMap {
        index.file(extending: [UInt8]($0.containing_type), number: $0.extension_number)
      }
      try answer(file, response, arena)
    case GRPC_REFLECTION__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
      try answerExtensions(request.pointee.all_extension_numbers_of_type, response, arena)
    case GRPC_REFLECTION__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
      try answerServices(response, arena)
    default:
      try answerError(Status(.invalidArgument, "the request asks nothing"), response, arena)
    }
  }

  private func answer(
    _ file: Int?, _ response: UnsafeMutablePointer<Response>, _ arena: borrowing MessageArena
  ) throws(Status) {
    guard let file else { return try answerError(Status(.notFound, "not found"), response, arena) }
    let files = index.closure(of: file)
    let answer = try arena.make(grpc_reflection__file_descriptor_response__init)
    let field = try arena.array(count: files.count)
    for (position, file) in files.enumerated() {
      (field + position).initialize(to: try arena.bytes(index.files[file].bytes))
    }
    answer.pointee.n_file_descriptor_proto = files.count
    answer.pointee.file_descriptor_proto = field
    response.pointee.message_response_case =
      GRPC_REFLECTION__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE
    response.pointee.file_descriptor_response = answer
  }

  private func answerExtensions(
    _ type: ProtobufCBinaryData, _ response: UnsafeMutablePointer<Response>, _ arena: borrowing MessageArena
  ) throws(Status) {
    guard let numbers = index.extensionNumbers(of: [UInt8](type)) else {
      return try answerError(Status(.notFound, "unknown message type"), response, arena)
    }
    let answer = try arena.make(grpc_reflection__extension_number_response__init)
    answer.pointee.base_type_name = type
    if !numbers.isEmpty {
      let field = try arena.allocate(Int32.self, count: numbers.count)
      numbers.withUnsafeBufferPointer { from in
        if let base = from.baseAddress { field.initialize(from: base, count: from.count) }
      }
      answer.pointee.n_extension_number = numbers.count
      answer.pointee.extension_number = field
    }
    response.pointee.message_response_case =
      GRPC_REFLECTION__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE
    response.pointee.all_extension_numbers_response = answer
  }

  private func answerServices(
    _ response: UnsafeMutablePointer<Response>, _ arena: borrowing MessageArena
  ) throws(Status) {
    let answer = try arena.make(grpc_reflection__list_service_response__init)
    let field = try arena.array(of: GrpcReflection__ServiceResponse.self, count: index.services.count)
    for (position, name) in index.services.enumerated() {
      let service = try arena.make(grpc_reflection__service_response__init)
      service.pointee.name = try arena.bytes(name)
      (field + position).initialize(to: service)
    }
    answer.pointee.n_service = index.services.count
    answer.pointee.service = field
    response.pointee.message_response_case =
      GRPC_REFLECTION__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
    response.pointee.list_services_response = answer
  }

  private func answerError(
    _ status: Status, _ response: UnsafeMutablePointer<Response>, _ arena: borrowing MessageArena
  ) throws(Status) {
    let answer = try arena.make(grpc_reflection__error_response__init)
    answer.pointee.error_code = Int32(status.code.rawValue)
    answer.pointee.error_message = try arena.bytes(Array(status.message.utf8))
    response.pointee.message_response_case =
      GRPC_REFLECTION__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE
    response.pointee.error_response = answer
  }
}
