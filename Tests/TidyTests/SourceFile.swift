import Foundation

/// A Swift file of this repository, once as written and once with comments and literals blanked out.
struct SourceFile: Sendable {
    /// Its path from the top of the repository.
    let path: String
    /// Its lines as written.
    let lines: [String]
    /// The same lines with every comment and the inside of every string replaced by spaces.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Blanking.blanked(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether it is part of what is shipped or simulated, not of a test.
    var isLibraryCode: Bool {
        !path.hasPrefix("Tests/") && !path.contains("/Tests/") && !path.hasSuffix("Package.swift")
    }

    func place(_ index: Int) -> String { "\(path):\(index + 1)" }
}

/// The repository that this test was compiled from.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file, sorted by path; build folders are not looked into.
    static let files: [SourceFile] = {
        let folders = ["Sources", "Tests", "providers", "mocks"].map { root.appendingPathComponent($0) }
        let urls = folders.flatMap { folder -> [URL] in
            let options: FileManager.DirectoryEnumerationOptions = [.skipsHiddenFiles]
            let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil, options: options)
            return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        }
        let paths = urls.map { String($0.path.dropFirst(root.path.count + 1)) }
        return (paths + ["Package.swift"]).sorted().compactMap { path in
            text(of: path).map { SourceFile(path: path, text: $0) }
        }
    }()

    /// The text of a file named from the top; nil when there is none.
    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}
