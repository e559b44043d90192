import SlipwayAWS
import SlipwayBase
import Testing

@Suite struct XMLParsingTests {
    static func parse(_ text: String) throws(XMLFailure) -> XMLNode { try XMLNode(parsing: Array(text.utf8)) }

    static func objection(_ bytes: [UInt8], bytesMax: Int = Limits.xmlBytesMax) -> String? {
        do throws(XMLFailure) {
            _ = try XMLNode(parsing: bytes, bytesMax: bytesMax)
            return nil
        } catch {
            return error.summary
        }
    }

    @Test("given prefixes, attributes, comments and CDATA, when parsed, then names are local and text is whole")
    func forms() throws {
        let node = try Self.parse(
            "<?xml version='1.0' encoding=\"UTF-8\"?><!-- c --><a:Root xmlns:a='u' x='1'><a:L><b>1 &amp; <![CDATA[<2>]]></b>"
                + "\n  <empty/></a:L></a:Root>\n"
        )
        #expect(
            node
                == XMLNode(
                    "Root",
                    children: [XMLNode("L", children: [XMLNode("b", text: "1 & <2>"), XMLNode("empty")])]
                )
        )
    }

    @Test(
        "given the text of a leaf, when parsed, then it is kept verbatim",
        arguments: [
            (" ", " "), ("  a\n b ", "  a\n b "), ("&lt;a&gt; &quot;&apos;", "<a> \"'"), ("é &#x1F600;", "é 😀"),
            ("", ""),
        ]
    )
    func leaf(written: String, text: String) throws {
        #expect(try Self.parse("<a><b>\(written)</b></a>").text("b") == text)
    }

    @Test(
        "given XML that breaks off or is malformed, when parsed, then it is an error",
        arguments: [
            "<a><b>1</b>", "<a><b>1</b></", "<a", "<", "text", "   ", "<a></b>", "<a/><b/>", "<a>&unknown;</a>",
            "<a>&#0;</a>", "<a b></a>", "<a/>tail", "<html><p>Bad Gateway<br></html>",
        ]
    )
    func malformed(text: String) {
        #expect(Self.objection(Array(text.utf8))?.contains("malformed") == true)
    }

    @Test("given every place where an answer may break off, when parsed, then none of them passes for the whole")
    func everyTruncation() {
        let whole = Array("<?xml version=\"1.0\"?><R xmlns=\"u\"><A><m>é&amp;1</m><m>2</m></A><!-- c --></R>".utf8)
        let passing = (0..<whole.count).filter { Self.objection(Array(whole[..<$0])) == nil }
        #expect(passing == [])
        #expect(Self.objection(whole) == nil)
    }

    @Test(
        "given a document type or an entity in any spelling, when parsed, then it is refused before parsing",
        arguments: [
            "<!DOCTYPE html><html/>", "<!doctype a><a/>", "<a/><!DocType a>",
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            "<!DOCTYPE a [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]><a>&c;</a>", "<!ENTITY x 'y'><a/>",
        ]
    )
    func documentType(text: String) {
        #expect(Self.objection(Array(text.utf8))?.contains("document type") == true)
    }

    @Test("given another encoding, in which a document type could hide, when parsed, then it is refused")
    func encodings() {
        let wide = "<!DOCTYPE a><a/>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(Self.objection([0xFF, 0xFE] + wide) == "the XML is not UTF-8")
        #expect(Self.objection(wide) == "the XML is not UTF-8")
        let seven = "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4-<a/>"
        #expect(Self.objection(Array(seven.utf8))?.contains("utf-7") == true)
        #expect(Self.objection(Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8)) == "the XML is not UTF-8")
    }

    @Test("given nesting up to the limit and beyond, when parsed, then only the latter is refused")
    func nesting() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        #expect(Self.objection(nested(Limits.nestingMax)) == nil)
        #expect(Self.objection(nested(Limits.nestingMax + 1))?.contains("nested deeper") == true)
        #expect(Self.objection(nested(100_000))?.contains("nested deeper") == true)
    }

    @Test("given more elements than the limit, when parsed, then it is refused")
    func count() {
        let many = "<a>" + String(repeating: "<b/>", count: Limits.xmlNodesMax) + "</a>"
        #expect(Self.objection(Array(many.utf8))?.contains("more than \(Limits.xmlNodesMax) elements") == true)
    }

    @Test("given more bytes than the limit, when parsed, then it is refused by its size")
    func size() {
        #expect(Self.objection(Array("<a>12345</a>".utf8), bytesMax: 11)?.contains("12 bytes") == true)
        #expect(Self.objection(Array("<a>12345</a>".utf8), bytesMax: 12) == nil)
        #expect(Self.objection([]) == "the XML is empty")
    }

    @Test("given text with everything that XML reserves, when written and read, then it is the same")
    func written() throws {
        let node = XMLNode(
            "R",
            children: [XMLNode("a", text: "<&>\"'\t\n\r é😀 ]]>"), XMLNode("b"), XMLNode("c", children: [XMLNode("d")])]
        )
        let document = node.document(namespace: "urn:\"x\"")
        #expect(try XMLNode(parsing: document) == node)
        #expect(String(decoding: document, as: UTF8.self).contains("<R xmlns=\"urn:&quot;x&quot;\">"))
        #expect(XMLNode.escaped("a\u{1B}\u{0}b") == "a\u{FFFD}\u{FFFD}b")
    }
}
