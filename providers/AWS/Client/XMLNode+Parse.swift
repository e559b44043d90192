internal import Foundation
public import SlipwayBase

#if canImport(FoundationXML)
internal import FoundationXML
#endif

/// Why bytes are no XML that is read here.
public struct XMLFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One printable sentence.
    public var summary: String

    /// Makes a failure.
    public init(_ summary: String) { self.summary = summary.printable(max: 300) }

    /// The sentence.
    public var description: String { summary }
}

extension XMLNode {
    /// Reads one XML document of an AWS service: UTF-8, prefixes of names dropped, attributes ignored.
    ///
    /// Document types and entity declarations are refused before anything is parsed; size, depth and the number of
    /// elements are bounded. The text of an element without children is kept verbatim.
    public init(parsing bytes: [UInt8], bytesMax: Int = Limits.xmlBytesMax) throws(XMLFailure) {
        guard !bytes.isEmpty else { throw XMLFailure("the XML is empty") }
        guard bytes.count <= bytesMax else {
            throw XMLFailure("the XML has \(bytes.count) bytes, more than the \(bytesMax) that are read")
        }
        if let objection = XMLScreen.objection(to: bytes) { throw XMLFailure(objection) }
        let tree = XMLTree()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = tree
        let isWhole = parser.parse()
        if let objection = tree.objection { throw XMLFailure(objection) }
        // Of what follows the root, `parse` says that all is well; other errors that it lets pass are warnings.
        let hasTail = (parser.parserError as NSError?)?.code == contentAfterRoot
        guard isWhole, !hasTail, let root = tree.root else {
            throw XMLFailure("the XML breaks off or is malformed at line \(parser.lineNumber)")
        }
        self = root
    }
}

/// libxml2's number for it (XML_ERR_DOCUMENT_END), which `XMLParser.ErrorCode` calls something else.
private let contentAfterRoot = 5

/// Builds elements from the parser's events; the one class here, because the parser wants a delegate.
private final class XMLTree: NSObject, XMLParserDelegate {
    private var open: [XMLNode] = []
    private var count = 0
    private(set) var root: XMLNode?
    private(set) var objection: String?

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard objection == nil else { return }
        count += 1
        if open.count >= Limits.nestingMax {
            objection = "the XML is nested deeper than \(Limits.nestingMax) elements"
        } else if count > Limits.xmlNodesMax {
            objection = "the XML has more than \(Limits.xmlNodesMax) elements"
        } else {
            let local = name.lastIndex(of: ":").map { name[name.index(after: $0)...] } ?? name[...]
            open.append(XMLNode(String(local)))
        }
        if objection != nil { parser.abortParsing() }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { add(text) }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { add(String(decoding: block, as: UTF8.self)) }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard objection == nil, var node = open.popLast() else { return }
        if !node.children.isEmpty { node.text = node.text.trimmed }
        if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
    }

    private func add(_ text: String) {
        guard objection == nil, !open.isEmpty else { return }
        open[open.count - 1].text += text
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
