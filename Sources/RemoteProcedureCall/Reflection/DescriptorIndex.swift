// What file descriptors declare, by name: read from the serialized FileDescriptorProtos that are compiled into the program.
//
// The reader knows only the fields that carry names; the files themselves are passed on to clients as they are.

/// Symbols, services and extensions of a set of files.
struct DescriptorIndex: Sendable {
  struct File: Sendable {
    var bytes: [UInt8]
    var name: [UInt8] = []
    var dependencies: [[UInt8]] = []
  }
  private(set) var files: [File] = []
  private(set) var services: [[UInt8]] = []
  /// Indices into `files`.
  private var byName: [[UInt8]: Int] = [:]
  private var bySymbol: [[UInt8]: Int] = [:]
  private var messages: Set<[UInt8]> = []
  private var extensions: [[UInt8]: [Int32: Int]] = [:]

  /// - Parameter descriptors: serialized FileDescriptorProtos
  init(_ descriptors: [[UInt8]]) {
    for bytes in descriptors { add(bytes) }
  }

  func file(named name: [UInt8]) -> Int? { byName[name] }

  func file(declaring symbol: [UInt8]) -> Int? { bySymbol[symbol] }

  func file(extending type: [UInt8], number: Int32) -> Int? { extensions[type]?[number] }

  /// Numbers of the extensions of a message type, in order; nil for a type that is not known.
  func extensionNumbers(of type: [UInt8]) -> [Int32]? {
    messages.contains(type) ? (extensions[type]?.keys.sorted() ?? []) : nil
  }

  /// A file and all that it imports, as far as known, itself first.
  func closure(of file: Int) -> [Int] {
    var found = [file]
    var next = 0
    while next < found.count {
      for name in files[found[next]].dependencies {
        if let index = byName[name], !found.contains(index) { found.append(index) }
      }
      next += 1
    }
    return found
  }

  // MARK: Reading (field numbers of google/protobuf/descriptor.proto)

  private mutating func add(_ bytes: [UInt8]) {
    let index = files.count
    var file = File(bytes: bytes)
    let fields = WireFields(bytes[...])
    let package = fields.text(2)
    file.name = fields.text(1)
    file.dependencies = fields.all(3).map { Array($0) }
    for message in fields.all(4) { addMessage(WireFields(message), in: package, index) }
    for enumeration in fields.all(5) { addEnumeration(WireFields(enumeration), in: package, index) }
    for service in fields.all(6) {
      let service = WireFields(service)
      let name = declare(service, in: package, index)
      services.append(name)
      for method in service.all(2) { declare(WireFields(method), in: name, index) }
    }
    for field in fields.all(7) { addExtension(WireFields(field), in: package, index) }
    byName[file.name] = index
    files.append(file)
  }

  private mutating func addMessage(_ message: WireFields, in scope: [UInt8], _ index: Int) {
    let name = declare(message, in: scope, index)
    messages.insert(name)
    for field in message.all(2) + message.all(8) { declare(WireFields(field), in: name, index) }
    for nested in message.all(3) { addMessage(WireFields(nested), in: name, index) }
    for enumeration in message.all(4) { addEnumeration(WireFields(enumeration), in: name, index) }
    for field in message.all(6) { addExtension(WireFields(field), in: name, index) }
  }

  private mutating func addEnumeration(_ enumeration: WireFields, in scope: [UInt8], _ index: Int) {
    declare(enumeration, in: scope, index)
    // As in C++, values are siblings of their type.
    for value in enumeration.all(2) { declare(WireFields(value), in: scope, index) }
  }

  private mutating func addExtension(_ field: WireFields, in scope: [UInt8], _ index: Int) {
    declare(field, in: scope, index)
    // Types are referred to as `.package.Type`.
    let type = field.text(2).drop { $0 == UInt8(ascii: ".") }
    extensions[Array(type), default: [:]][Int32(truncatingIfNeeded: field.number(3))] = index
  }

  @discardableResult
  private mutating func declare(_ declaration: WireFields, in scope: [UInt8], _ index: Int) -> [UInt8] {
    let name = declaration.text(1)
    let full = scope.isEmpty ? name : scope + [UInt8(ascii: ".")] + name
    bySymbol[full] = index
    return full
  }
}
