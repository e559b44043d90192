import Foundation
import Testing

/// What the documentation says compared with the code it speaks of.
struct DocumentationTests {
    private static let catalog = "Sources/Slipway/Slipway.docc"

    static let articles: [String: String] = {
        let folder = SourceTree.root.appendingPathComponent(catalog).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.filter { $0.hasSuffix(".md") }.map { name in
                (String(name.dropLast(3)), SourceTree.text(of: "\(catalog)/\(name)") ?? "")
            }
        )
    }()

    @Test("given the articles, when they name each other, then each name is one of them and none is left out")
    func articleLinks() {
        var linked: Set<String> = []
        for (name, text) in Self.articles {
            for link in text.matches(of: /<doc:(\w+)>/).map({ String($0.1) }) {
                linked.insert(link)
                #expect(Self.articles[link] != nil, "\(name) links to \(link), which is no article")
            }
        }
        #expect(Self.articles.count > 4)
        #expect(linked == Set(Self.articles.keys).subtracting(["Slipway"]))
    }

    @Test("given a source file that an article names by its path, when it is looked for, then it is there")
    func paths() {
        let paths = Self.articles.values.flatMap { text in
            text.matches(of: /(?:Sources|Tests|mocks|providers)\/[\w\/.+-]*[\w]/).map { String($0.0) }
        }
        #expect(paths.count > 10)
        let missing = paths.filter { path in
            !FileManager.default.fileExists(atPath: SourceTree.root.appendingPathComponent(path).path)
        }
        #expect(Set(missing) == [])
    }

    @Test("given every key of the reference config, when its article is read, then it is there, and no other is")
    func configurationKeys() throws {
        let reference = try #require(SourceTree.text(of: "Sources/SlipwayConfig/reference.yaml"))
        let lines = reference.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        let code = lines.joined(separator: "\n")
        let keys = Set(code.matches(of: /(?:^|[\n {,\-])(\w+):(?:[ \n]|$)/).map { String($0.1) })
        let article = try #require(Self.articles["Configuration"])
        let documented = Set(article.matches(of: /\n\| `(\w+)` \|/).map { String($0.1) })
        #expect(keys.count > 40)
        #expect(keys.subtracting(documented) == [], "say them in Configuration.md")
        #expect(documented.subtracting(keys) == [], "the reference config does not know them")
    }

    @Test("given every resource the Kubernetes provider calls, when the list of rights is read, then it is there")
    func rights() throws {
        let calls = try #require(SourceTree.text(of: "providers/Kubernetes/KubernetesCalls.swift"))
        let article = try #require(Self.articles["KubernetesSetup"])
        let resources = calls.matches(of: /Resource\("([\w.]*)", "\w+", "(\w+)"/).map { match in
            match.1.isEmpty ? String(match.2) : "\(match.2).\(match.1)"
        }
        #expect(Set(resources).count == 11)
        for resource in Set(resources) { #expect(article.contains("| \(resource) |"), "no line for \(resource)") }
        #expect(article.contains("| selfsubjectaccessreviews.authorization.k8s.io |"))
    }

    @Test("given the exit statuses of the program, when README and article list them, then they are the same")
    func exitStatuses() throws {
        let source = try #require(SourceTree.text(of: "Sources/SlipwayCLI/ExitReason.swift"))
        let statuses = source.matches(of: /case \w+ = (\d+)/).map { String($0.1) }
        #expect(statuses.count == 7)
        for text in [SourceTree.text(of: "README.md"), Self.articles["Operations"]] {
            #expect(try #require(text).matches(of: /\n\| (\d+) \|/).map { String($0.1) } == statuses)
        }
    }

    @Test("given every type of JSON line of a run, when the article that lists them is read, then it is there")
    func lineTypes() throws {
        let source = try #require(SourceTree.text(of: "Sources/Slipway/Update+JSON.swift"))
        let names = try #require(source.split(separator: "var typeName").last).matches(of: /: "(\w+)"/).map { $0.1 }
        #expect(names.count == 14)
        let article = try #require(Self.articles["Operations"])
        for name in names { #expect(article.contains("`\(name)`")) }
    }

    @Test("given a feature of cassettes that the comparison claims, when its test is looked for, then it is there")
    func cassetteFeatures() throws {
        let article = try #require(Self.articles["Cassettes"])
        let rows = article.matches(of: /\n\| ([^|]+) \| Y \| `(\w+)\.(\w+)` \|/)
        let claims = article.matches(of: /\n\| [^|]+ \| Y \|/).count
        #expect(rows.count > 25)
        #expect(rows.count == claims, "every feature that is ours names its test")
        for row in rows {
            let (suite, test) = (String(row.2), String(row.3))
            let source = SourceTree.files.first { $0.path.hasSuffix("/\(suite).swift") && $0.path.hasPrefix("Tests/") }
            let isThere = source?.code.contains { $0.contains("func \(test)(") } == true
            #expect(isThere, "\(row.1): there is no test \(suite).\(test)")
        }
    }
}
