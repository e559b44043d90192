import SlipwayBase
import SlipwayConfig
import Testing

/// What parsing `text` is refused with, one line a diagnostic.
func complaint(_ text: String) -> String {
    do throws(InputFailure) {
        let node = try ConfigNode.parse(text: text, file: "slipway.yaml")
        return "accepted: \(node.kindInWords)"
    } catch { return error.description }
}

private func kind(_ text: String) throws(InputFailure) -> ConfigScalar.Kind? {
    try ConfigNode.parse(text: "a: \(text)", file: "f")["a"]?.scalar?.kind
}

@Suite struct YAMLTests {
    @Test(
        "given YAML that is malformed in one way, when it is parsed, then one sentence says what and where",
        arguments: [
            (
                "a: [1, 2",
                "slipway.yaml:2:1: error: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"
            ),
            ("a: b: c", "slipway.yaml:1:5: error: not valid YAML: mapping values are not allowed in this context"),
            ("a:\n\tb: 1", "slipway.yaml:2:1: error: not valid YAML: indent with spaces, not with a tab"),
            (
                "a: \"x",
                "slipway.yaml:1:6: error: not valid YAML: found unexpected end of stream while scanning a quoted scalar"
            ),
            ("a: 1\n---\nb: 2", "slipway.yaml:2:1: error: a second document begins here; a file holds one document"),
            (
                "a: 1\n...\nb: 2",
                "slipway.yaml:3:1: error: something follows the end of the document; a file holds one document"
            ),
            ("a: 1\n---\n[", "slipway.yaml:2:1: error: a second document begins here; a file holds one document"),
            ("", "slipway.yaml: error: the file is empty"),
            ("# nothing\n", "slipway.yaml: error: the file is empty"),
            ("~", "slipway.yaml: error: the file is empty"),
            ("a: 1\nb:\n  c: 2\n  c: 3", "slipway.yaml:3:3: error: the key \"c\" is given twice; keep one of them"),
            (
                "a: !!python/object:os.system x",
                "slipway.yaml:1:4: error: a: the tag tag:yaml.org,2002:python/object:os.system is not allowed; values have no tags here"
            ),
            (
                "a: !!int 3",
                "slipway.yaml:1:4: error: a: the tag tag:yaml.org,2002:int is not allowed; values have no tags here"
            ),
            ("a: !mine {b: 1}", "slipway.yaml:1:4: error: a: the tag !mine is not allowed; values have no tags here"),
            ("a: *b", "slipway.yaml:1:4: error: a: the alias *b has no anchor &b before it"),
            ("a: &a [*a]", "slipway.yaml:1:8: error: a[0]: the alias *a has no anchor &a before it"),
            ("a: &x 1\nb: &x 2", "slipway.yaml:2:4: error: b: the anchor &x is defined twice"),
            ("a: &x 1\n*x : 2", "slipway.yaml:2:1: error: a key must be a plain text, not a list, mapping or alias"),
            ("? [1]\n: 2", "slipway.yaml:1:3: error: a key must be a plain text, not a list, mapping or alias"),
            ("host: *.example.com", "slipway.yaml:1:7: error: host: a text that begins with * must be put in quotes"),
            (
                "a: &x {b: 1}\nc:\n  <<: *x",
                "slipway.yaml:3:3: error: c: merging with << is not supported; write the keys out, or use an alias for the whole value"
            ),
            ("a: \u{7}", "slipway.yaml:1:4: error: not readable as YAML: control characters are not allowed (U+7)"),
            (
                "a: \u{F8FE}",
                "slipway.yaml: error: the file has the private character U+F8FE, which has no meaning; remove it"
            ),
        ]
    )
    func malformed(text: String, message: String) { #expect(complaint(text) == message) }

    @Test("given nine levels of ten aliases each, when parsed as values or as keys, then one sentence refuses the bomb")
    func bomb() {
        var levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        for level in 1...9 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            levels.append("a\(level): &a\(level) [\(aliases)]")
        }
        let bomb = levels.joined(separator: "\n")
        #expect(complaint(bomb).contains("more than 50000 values once its aliases are followed"))
        let asKey = bomb + "\n? *a9\n: 1\n? {b: *a9}\n: 2\n"
        #expect(!complaint(asKey).contains("\n"))
        #expect(complaint(asKey).contains("error:"))
    }

    @Test("given an aliased value, when parsed, then it stands at both paths with its own place")
    func aliases() throws {
        let node = try ConfigNode.parse(text: "a: &x {b: [1, two]}\nc: *x\nd: \"2 * 3\"", file: "f")
        #expect(node["c"]?["b"]?.elements?[1].path == "c.b[1]")
        #expect(node["c"]?["b"]?.elements?[1].scalar?.source == "two")
        #expect(node["d"]?.scalar?.source == "2 * 3")
    }

    @Test("given deep nesting or a large file, when parsed, then one sentence names the limit")
    func limits() {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(complaint(deep) == "slipway.yaml:1:130: error: the file is nested deeper than 128 levels")
        #expect(complaint(String(repeating: "[", count: 100_000)).contains("not valid YAML"))
        let large = "a: " + String(repeating: "x", count: Limits.configBytesMax)
        #expect(complaint(large) == "slipway.yaml: error: the file is larger than 1024 KiB")
        let many = "a:\n" + String(repeating: "- x\n", count: Limits.yamlNodesMax)
        #expect(complaint(many).contains("more than 50000 values"))
    }

    @Test("given large keys inside keys, when parsed, then they are refused before they cost anything")
    func nestedKeys() {
        let large = [String](repeating: "x", count: 100_000).joined(separator: ", ")
        let text = String(repeating: "{? ", count: 120) + "[\(large)]" + String(repeating: "}", count: 120)
        #expect(
            complaint(text)
                == "slipway.yaml: error: the file has many keys that begin with \"? \"; a key must be a plain text"
        )
        #expect(complaint("a: |\n  really? ? yes\nb: why ?") == "accepted: a mapping")
    }

    @Test("given bytes that are not UTF-8, when parsed, then the sentence says so; a byte order mark is skipped")
    func encoding() throws {
        #expect(
            throws: InputFailure([
                Diagnostic(.error, place: .init(file: "f"), "the file is not UTF-8 text; save it as UTF-8")
            ])
        ) {
            try ConfigNode.parse(bytes: [0x61, 0x3A, 0x20, 0xFF], file: "f")
        }
        let node = try ConfigNode.parse(bytes: [0xEF, 0xBB, 0xBF] + Array("a: é".utf8), file: "f")
        #expect(node["a"]?.scalar?.source == "é")
    }

    @Test(
        "given plain scalars that YAML 1.1 would turn into something else, when parsed, then they are texts",
        arguments: [
            "yes", "on", "No", "012", "12:30", "2001-01-01", "1_000", ".inf", ".nan", "0x", "1e", "-x", ".", "+.e3",
            "\"1\"", "'true'",
        ]
    )
    func texts(text: String) throws { #expect(try kind(text) == .text) }

    @Test("given plain numbers, truths and nulls, when parsed, then they are what YAML 1.2 says")
    func scalars() throws {
        #expect(try kind("0") == .int(0))
        #expect(try kind("-12") == .int(-12))
        #expect(try kind("0x1F") == .int(31))
        #expect(try kind("0o17") == .int(15))
        #expect(try kind("1.50") == .double(1.5))
        #expect(try kind("1e3") == .double(1000))
        #expect(try kind("99999999999999999999") == .double(1e20))
        #expect(try kind("True") == .bool(true))
        #expect(try kind("~") == .null)
        #expect(try kind("") == .null)
    }

    @Test("given a JSON file, when parsed, then it is read like YAML, with places")
    func json() throws {
        let node = try ConfigNode.parse(
            text: "{\n\t\"a\": [1, \"2\", true, null],\n  \"b\": {\"c\": \"\\u00e9\\/\"}\n}",
            file: "f.json"
        )
        #expect(node["a"]?.elements?.map(\.scalar?.kind) == [.int(1), .text, .bool(true), .null])
        #expect(node["b"]?["c"]?.scalar?.source == "é/")
        #expect(node["b"]?["c"]?.place == Diagnostic.Place(file: "f.json", line: 3, column: 14))
    }
}
