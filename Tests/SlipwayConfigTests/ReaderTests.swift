import SlipwayBase
import SlipwayConfig
import SlipwayModel
import Testing

private enum Colour: String, CaseIterable { case red, green }

private func findings(_ text: String, _ body: (ConfigReader) -> Void) throws -> [String] {
    let findings = Findings()
    let reader = ConfigReader(try ConfigNode.parse(text: text, file: "f"), into: findings)
    body(reader)
    reader.finish()
    return findings.diagnostics.map(\.description)
}

@Suite struct ReaderTests {
    @Test("given values of every kind, when read by their types, then they come out")
    func values() throws {
        let text = "{s: 1.10, i: 3, b: true, d: 1h30m, n: 90, a: 2, p: 25%, q: 30, l: [x, y], c: green, m: {k: v}}"
        var seen: [String] = []
        let complaints = try findings(text) { reader in
            seen.append(reader.string("s") ?? "-")
            seen.append("\(reader.int("i", in: 1...5) ?? -1)")
            seen.append("\(reader.bool("b") ?? false)")
            seen.append(reader.duration("d")?.text ?? "-")
            seen.append(reader.duration("n")?.text ?? "-")
            seen.append(reader.amount("a")?.description ?? "-")
            seen.append(reader.amount("p")?.description ?? "-")
            seen.append("\(reader.percent("q") ?? -1)")
            seen.append(reader.strings("l")?.joined() ?? "-")
            seen.append(reader.choice("c", of: Colour.self)?.rawValue ?? "-")
            seen.append(reader.mapping("m")?.string("k") ?? "-")
        }
        #expect(complaints == [])
        #expect(seen == ["1.10", "3", "true", "1h30m", "1m30s", "2", "25%", "30", "xy", "green", "v"])
    }

    @Test("given many mistakes, when read, then all are reported with path, line and column")
    func mistakes() throws {
        let text = """
            s: true
            i: "3"
            j: 9
            b: yes
            d: -5s
            z: 0
            a: 101%
            l: x
            c: gren
            m: [1]
            nme: x
            whatever: 1
            """
        let complaints = try findings(text) { reader in
            _ = reader.string("s")
            _ = reader.int("i", in: 1...5)
            _ = reader.int("j", in: 1...5)
            _ = reader.bool("b")
            _ = reader.duration("d")
            _ = reader.duration("z")
            _ = reader.amount("a")
            _ = reader.strings("l")
            _ = reader.choice("c", of: Colour.self)
            _ = reader.mapping("m")
            _ = reader.string("name", required: true)
        }
        #expect(
            complaints == [
                "f:1:4: error: s: must be a text, not true",
                "f:2:4: error: i: must be a whole number from 1 to 5, not the text \"3\"",
                "f:3:4: error: j: must be a whole number from 1 to 5, not the number 9",
                "f:4:4: error: b: must be true or false, not the text \"yes\"",
                "f:5:4: error: d: must be a duration from 1ms to 30d, such as 90s or 5m, not the text \"-5s\"",
                "f:6:4: error: z: must be a duration from 1ms to 30d, such as 90s or 5m, not the number 0",
                "f:7:4: error: a: must be a number from 0 to 10000, or a percentage from 0% to 100%, not the text \"101%\"",
                "f:8:4: error: l: must be a list, not the text \"x\"",
                "f:9:4: error: c: must be red or green, not the text \"gren\"; did you mean green?",
                "f:10:4: error: m: must be a mapping, not a list",
                "f:11:1: error: nme: unknown key \"nme\"; did you mean \"name\"?",
                "f:12:1: error: whatever: unknown key \"whatever\"; known here: s, i, j, b, d, z, a, l, c, m, name",
            ]
        )
    }

    @Test("given two keys that exclude each other, when one of them is asked for, then the sentence names both")
    func exclusive() throws {
        let complaints = try findings("a: 1\nc: 2") { _ = $0.oneOf(["a", "b", "c"]) }
        #expect(complaints == ["f:2:4: error: c: only one of a, b or c may be given, not a and c"])
    }
}

@Suite struct InterpolationTests {
    private func filled(_ text: String, _ environment: [String: String] = [:]) throws -> ConfigNode {
        try ConfigNode.parse(text: text, file: "f").interpolated { environment[$0] }
    }

    @Test("given variables, defaults and dollars, when filled in, then values change and structure does not")
    func fills() throws {
        let text = "a: ${A}-${B:-x}\nb: \"$$ $5 ${A}\"\nc: ${N}\nd: '${N}'\n${A}: key"
        let node = try filled(text, ["A": "{evil: [1]}\n- x", "B": "", "N": "3"])
        #expect(node["a"]?.scalar?.source == "{evil: [1]}\n- x-x")
        #expect(node["b"]?.scalar?.source == "$ $5 {evil: [1]}\n- x")
        #expect(node["c"]?.scalar?.kind == .int(3))
        #expect(node["d"]?.scalar?.kind == .text)
        #expect(node["${A}"] != nil)
    }

    @Test("given variables that are not set or malformed, when filled in, then every one is named")
    func unset() throws {
        do {
            _ = try filled("a: ${NOPE}\nb: [\"${a b}\", '${x']")
            Issue.record("accepted")
        } catch let failure as InputFailure {
            #expect(
                failure.diagnostics.map(\.description) == [
                    "f:1:4: error: a: the variable NOPE is not set; set it, or write ${NOPE:-default}",
                    "f:2:5: error: b[0]: \"${a b}\" is no variable; write ${NAME} or ${NAME:-default}, and $$ for a dollar",
                    "f:2:15: error: b[1]: \"${\" is not closed with \"}\"; write $$ for a dollar",
                ]
            )
        }
    }

    @Test("given a variable that makes a value wrong, when read, then its value is not shown")
    func hidden() throws {
        let findings = Findings()
        let reader = ConfigReader(try filled("n: ${SECRET}", ["SECRET": "hunter2"]), into: findings)
        _ = reader.int("n", in: 0...1)
        #expect(
            findings.diagnostics.map(\.message) == ["must be a whole number from 0 to 1, not the value of ${SECRET}"]
        )
    }
}
