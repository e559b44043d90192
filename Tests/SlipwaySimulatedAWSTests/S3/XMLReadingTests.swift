import Testing

@testable import SlipwaySimulatedAWS

struct XMLReadingTests {
    @Test("given a document, when it is read, then names come without prefixes and texts without entities")
    func reading() {
        let root = XMLReading.root(
            of: "<?xml version=\"1.0\"?>\n<!-- c --><a:x xmlns:a='u' q=\">\"><y/>&lt;&#65;&#x42;<z>é</z ></a:x>\n".utf8
        )
        #expect(root?.name == "x")
        #expect(root?.names == ["y", "z"])
        #expect(root?.text == "<AB")
        #expect(root?["z"]?.text == "é")
    }

    @Test(
        "given what no client of ours sends, when it is read, then there is no document",
        arguments: [
            "", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<!DOCTYPE a><a/>", "text", "<a b></a>",
            String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40), "<a><![CDATA[x]]></a>",
        ]
    )
    func refused(text: String) { #expect(XMLReading.root(of: text.utf8) == nil) }
}
