import Foundation
import Testing

struct TidyTests {
    /// Files that may be longer than the bound, and why. This list only shrinks.
    static let longFiles: [String: String] = [:]

    @Test("given the source tree, when it is read, then there are files to look at")
    func found() {
        #expect(SourceTree.files.count > 30)
        #expect(SourceTree.files.contains { $0.path == "Sources/SlipwayBase/JSON.swift" })
    }

    @Test("given any Swift file, when its lines are counted, then they are within the bound or on the list")
    func fileLength() {
        expectNone(SourceTree.files.filter { Self.longFiles[$0.path] == nil }.flatMap(Rules.longFile))
        let unneeded = Self.longFiles.keys.filter { path in
            SourceTree.files.first { $0.path == path }.map { Rules.longFile($0).isEmpty } ?? true
        }
        #expect(unneeded == [], "take these off the list: it only shrinks")
    }

    @Test("given any Swift file, when its functions are measured, then none is over the bound")
    func functionLength() { expectNone(SourceTree.files.flatMap(Rules.longFunctions)) }

    @Test("given any Swift file, when its columns are counted, then no line is over the bound")
    func lineWidth() { expectNone(SourceTree.files.flatMap(Rules.wideLines)) }

    @Test("given library code, when it is searched for banned words, then none stands outside the allowed files")
    func bannedWords() { expectNone(BannedWord.all.flatMap { $0.findings(in: SourceTree.files) }) }

    @Test("given any type, when its name is read, then it says what the type is")
    func typeNames() { expectNone(BannedNames.findings(in: SourceTree.files)) }

    @Test("given any public declaration, when the line above is read, then it is documented")
    func documentation() { expectNone(SourceTree.files.flatMap(Rules.undocumented)) }

    @Test("given the top of the repository, when it is listed, then it holds only what belongs there")
    func topLevel() throws {
        let allowed: Set = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "providers", "mocks", "README.md", "LICENSE",
            "CHANGELOG.md", "Makefile",
        ]
        let names = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
        #expect(names.filter { !$0.hasPrefix(".") && !allowed.contains($0) } == [])
    }

    private static let readme = SourceTree.text(of: "README.md") ?? ""

    @Test(
        "given the README's floor map, when it is compared with Package.swift, then both show the same targets",
        .enabled(if: readme.contains(FloorMap.marker), "README.md has no floor map yet: put its marker before the map")
    )
    func floorMap() throws {
        let targets = PackageTarget.all(in: try #require(SourceTree.text(of: "Package.swift")))
        let map = try #require(FloorMap(readme: Self.readme, targets: targets), "a fenced block follows the marker")
        #expect(targets.count > 5)
        expectNone(map.findings(for: targets))
    }

    @Test(
        "given the README's links, when they lead into the repository, then what they name is there",
        .enabled(if: !readme.isEmpty, "there is no README.md yet")
    )
    func links() {
        #expect(Links.targets(in: Self.readme).filter { SourceTree.isMissing($0) } == [])
    }
}

/// Records one issue a finding, so that each is a line to go to.
private func expectNone(_ findings: [String], at location: SourceLocation = #_sourceLocation) {
    for finding in findings { Issue.record(Comment(rawValue: finding), sourceLocation: location) }
}

enum Links {
    /// The paths that Markdown links lead to inside the repository, without their anchors.
    static func targets(in markdown: String) -> [String] {
        markdown.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
            let target = rest.prefix { !")# ".contains($0) }
            return target.isEmpty || target.contains("://") || target.hasPrefix("mailto:") ? nil : String(target)
        }
    }
}

extension SourceTree {
    fileprivate static func isMissing(_ path: String) -> Bool {
        !FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }
}
