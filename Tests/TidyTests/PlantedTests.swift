import Testing

/// Every rule finds what is planted for it, so that an empty list of findings means something.
struct PlantedTests {
    private func file(_ text: String, path: String = "Sources/X/X.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test("given comments and strings, when they are blanked, then only code is left in its place")
    func blanking() {
        let cases = [
            ("let a = 1 // try!", "let a = 1        "), ("a /* b /* c */ d */ e", "a                   e"),
            (##"f("x \(g("}")) y") }"##, ##"f("             ") }"##), (##"#"a\(b)"c"# {"##, ##"#"       "# {"##),
            ("\"\"\"\n{ \"x\" }\n\"\"\" }", "\"\"\"\n       \n\"\"\" }"), (#""\\" }"#, #""  " }"#),
        ]
        for (text, code) in cases { #expect(Blanking.blanked(text) == code) }
    }

    @Test("given a file of 301 lines, when it is measured, then it is found, and one of 300 is not")
    func longFile() {
        #expect(Rules.longFile(file(String(repeating: "x\n", count: 301))).count == 1)
        #expect(Rules.longFile(file(String(repeating: "x\n", count: 300))).isEmpty)
    }

    @Test("given functions of 71 and of 70 lines, when they are measured, then only the longer is found")
    func longFunction() {
        func function(_ head: String, _ lines: Int) -> String {
            "    \(head) {\n" + String(repeating: "        if a { b(\"}\") }\n", count: lines - 2) + "    }\n"
        }
        let text =
            "struct S {\n" + function("func long(a: Int)", 71) + "    func none()\n" + function("init(_ a: A)", 71)
            + function("func short()", 70) + "}\n"
        let found = Rules.longFunctions(file(text)).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(found == ["Sources/X/X.swift:2 long", "Sources/X/X.swift:74 init"])
    }

    @Test("given a line of 121 characters, when it is measured, then it is found, unless a test quotes it")
    func wideLine() {
        #expect(Rules.wideLines(file(String(repeating: "é", count: 121))).count == 1)
        #expect(Rules.wideLines(file(String(repeating: "é", count: 120))).isEmpty)
        let quoted = "let text = \"\(String(repeating: "x", count: 120))\""
        #expect(Rules.wideLines(file(quoted)).count == 1)
        #expect(Rules.wideLines(file(quoted, path: "Tests/X/X.swift")).isEmpty)
        #expect(Rules.wideLines(file(String(repeating: "x", count: 121), path: "Tests/X/X.swift")).count == 1)
        #expect(Rules.wideLines(file("// " + String(repeating: "x", count: 121), path: "Tests/X/X.swift")).count == 1)
    }

    @Test("given every banned word, when it is planted in library code, then it is found; in words or tests it is not")
    func bannedWords() {
        for banned in BannedWord.all {
            let code = "let x = \(banned.word.hasPrefix(".") ? "Int" : "")\(banned.word)"
            #expect(banned.findings(in: [file(code)]).count == 1, Comment(rawValue: banned.word))
            #expect(banned.findings(in: [file("// \(code)"), file("let y = \"\(code)\"")]) == [])
            #expect(banned.findings(in: [file(code, path: "Tests/X/X.swift")]) == [])
        }
        #expect(BannedWord("print(", instead: "").findings(in: [file("a.print(b); debugprint(c)")]) == [])
    }

    @Test("given an allowed file that no longer needs it, when it is searched, then the allowance is a finding")
    func ratchet() {
        let banned = BannedWord(
            "Date()",
            instead: "",
            allowed: ["Sources/X/X.swift": "the clock", "Sources/Y/": "a program"]
        )
        #expect(banned.findings(in: [file("let x = Date()")]) == [])
        #expect(banned.findings(in: [file("let x = 1")]).count == 1)
    }

    @Test("given types with empty names, when they are read, then they are found, and the platform's own are not")
    func typeNames() {
        let text =
            "struct RunManager {}\nclass TextHelper {}\nenum PathUtils {}\nactor DeployService {}\nstruct Service {}"
        #expect(BannedNames.findings(in: [file(text)]).count == 4)
    }

    @Test("given public declarations, when one has no documentation, then only that one is found")
    func documentation() {
        let text = """
            public import Foundation
            /// A.
            @frozen
            public struct A {
                public var b: Int
                /// C.
                @discardableResult public func c() {}
                var d = 1

                public static func e() {}
            }
            public extension A {}
            """
        #expect(
            Rules.undocumented(file(text)).map { $0.prefix(20) } == ["Sources/X/X.swift:5 ", "Sources/X/X.swift:10"]
        )
    }

    @Test("given a floor map that forgets one target and invents another, when compared, then both are found")
    func floorMap() throws {
        let manifest = """
                targets: [
                    // .target(name: "Commented"),
                    .systemLibrary(name: "CCurl", path: "x"),
                    .target(name: "SlipwayBase"),
                    .target(
                        name: "SlipwayHTTP",
                        dependencies: ["SlipwayBase", "CCurl", .http]),
                    .testTarget(name: "SlipwayBaseTests", dependencies: ["SlipwayBase"]),
                ],
            """
        let targets = PackageTarget.all(in: manifest)
        #expect(targets.map(\.name) == ["CCurl", "SlipwayBase", "SlipwayHTTP"])
        #expect(targets.last?.dependencies == ["SlipwayBase", "CCurl"])
        func findings(_ block: String) -> [String]? {
            FloorMap(readme: "\(FloorMap.marker)\n```text\n\(block)\n```\n", targets: targets)?.findings(for: targets)
        }
        #expect(findings("2 SlipwayHTTP the wire\n1 SlipwayBase\n0 CCurl") == [])
        #expect(
            findings("2  SlipwayBase\n1  SlipwayHTTP\n   SlipwayTime") == [
                "README's floor map does not show CCurl", "README's floor map shows SlipwayTime, which is no target",
                "SlipwayHTTP on floor 1 depends on SlipwayBase on floor 2",
            ]
        )
        #expect(FloorMap(readme: "nothing", targets: targets) == nil)
    }

    @Test("given Markdown, when its links are read, then those into the repository are found")
    func links() {
        let text = "[a](Sources/A.swift#x) [b](https://example.com/) ![c](c.svg) [d](#here)"
        #expect(Links.targets(in: text) == ["Sources/A.swift", "c.svg"])
    }
}
