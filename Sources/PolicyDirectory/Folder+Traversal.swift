// Going over what is remembered of a policy directory.

import PolicyLanguage

extension Folder {
  /// The folder at that path, when it and all on the way are folders themselves and not links.
  func folder(at path: SystemPath) -> Folder? {
    var folder = self
    for name in path.names {
      guard let entry = folder.entries.first(where: { $0.name == name }), case .folder(let next) = entry.state,
        next.target == nil
      else { return nil }
      folder = next
    }
    return folder.failure == nil ? folder : nil
  }

  /// How many names there are here and in the folders below.
  var count: Int {
    entries.reduce(entries.count) { count, entry in
      if case .folder(let folder) = entry.state { count + folder.count } else { count }
    }
  }

  /// Whether everything here and below could be read.
  var isReadable: Bool {
    failure == nil
      && entries.allSatisfy { entry in
        switch entry.state {
        case .new: true
        case .folder(let folder): folder.isReadable
        case .file(let file): file.failure == nil
        case .failure: false
        }
      }
  }

  /// What is where, below the policy directory.
  enum Finding {
    case file(File)
    /// A folder below which there is nothing that counts.
    case emptyFolder
    /// What is wrong there.
    case failure(Text)
  }

  /// Calls `body` with each file, its path by the names that lead there, and its path without links.
  func forEachFile(_ body: (File, _ path: PathStack, _ location: PathStack) -> Void) {
    var (path, location) = (PathStack(), PathStack())
    forEachFile(&path, &location, body)
  }

  private func forEachFile(
    _ path: inout PathStack, _ location: inout PathStack, _ body: (File, PathStack, PathStack) -> Void
  ) {
    for entry in entries {
      let mark = (path: path.push(entry.name), location: location.push(entry.name))
      switch entry.state {
      case .file(let file): body(file, path, location)
      case .folder(let folder):
        if let target = folder.target {
          var beyond = PathStack(target)
          folder.forEachFile(&path, &beyond, body)
        } else {
          folder.forEachFile(&path, &location, body)
        }
      case .new, .failure: break
      }
      path.pop(to: mark.path)
      location.pop(to: mark.location)
    }
  }

  /// Calls `body` with everything, and its path.
  /// - Parameter counts: whether a file is something that a folder can hold.
  func forEach(_ body: (Finding, PathStack) -> Void, counting counts: (File) -> Bool) {
    var path = PathStack()
    _ = forEach(&path, body, counts)
  }

  /// Whether anything counts here.
  private func forEach(_ path: inout PathStack, _ body: (Finding, PathStack) -> Void, _ counts: (File) -> Bool) -> Bool
  {
    if let failure {
      body(.failure(failure), path)
      return true
    }
    var isSomething = false
    for entry in entries {
      let mark = path.push(entry.name)
      switch entry.state {
      case .file(let file):
        body(.file(file), path)
        if counts(file) { isSomething = true }
      case .folder(let folder):
        if folder.forEach(&path, body, counts) {
          isSomething = true
        } else {
          body(.emptyFolder, path)
        }
      case .failure(let message):
        body(.failure(message), path)
        isSomething = true
      case .new: break
      }
      path.pop(to: mark)
    }
    return isSomething
  }
}
