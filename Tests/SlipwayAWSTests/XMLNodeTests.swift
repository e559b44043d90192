import SlipwayAWS
import Testing

@Suite struct XMLNodeTests {
    @Test("given an element with members, when they are asked for by name, then they come in order")
    func members() {
        let node = XMLNode(
            "A",
            children: [XMLNode("L", children: [XMLNode("member", text: "1"), XMLNode("member", text: "2")])]
        )
        #expect(node.members("L").map(\.text) == ["1", "2"])
        #expect(node.text("absent") == nil)
    }
}
