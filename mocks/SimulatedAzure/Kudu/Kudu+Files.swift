import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension AppService {
    /// The files of a slot's disk: what is there is changed or removed only by who knows its entity tag, or says `*`.
    mutating func answerFile(_ request: Request, path: String, at place: SlotPlace) -> Response {
        guard !path.isEmpty, !path.hasSuffix("/"), !path.split(separator: "/").contains("..") else {
            return Self.told("Only files are served here.", status: 404)
        }
        let file = sites[place.site].slots[place.slot].volume.files[path]
        switch request.method {
        case .get, .head:
            guard let file else { return Self.told("'\(path.printable(max: 200))' not found.", status: 404) }
            var headers: HTTPFields = [.contentType: "application/octet-stream"]
            headers[.eTag] = file.tag
            headers[.lastModified] = file.modified.httpDate
            if let known = request.headers[.ifNoneMatch], Self.matches(known, file.tag) {
                return Response(status: 304, headers: headers)
            }
            return Response(status: 200, headers: headers, body: request.method == .get ? file.bytes : [])
        case .put:
            if let refusal = Self.refusal(request, file) { return refusal }
            guard case .bytes(let bytes) = request.body else { return Self.told("No content.", status: 400) }
            let new = Volume.File(
                bytes: bytes,
                tag: "\"\(String(decoding: naming.hexadecimal(15), as: UTF8.self))\"",
                modified: now
            )
            sites[place.site].slots[place.slot].volume.files[path] = new
            var response = Self.empty(file == nil ? 201 : 204)
            response.headers[.eTag] = new.tag
            response.headers[.lastModified] = now.httpDate
            return response
        case .delete:
            guard let file else { return Self.told("'\(path.printable(max: 200))' not found.", status: 404) }
            if let refusal = Self.refusal(request, file) { return refusal }
            sites[place.site].slots[place.slot].volume.files[path] = nil
            return Self.empty(200)
        default: return Self.empty(405)
        }
    }

    private static func refusal(_ request: Request, _ file: Volume.File?) -> Response? {
        let wanted = request.headers[.ifMatch]
        if let file {
            if let wanted, matches(wanted, file.tag) { return nil }
            return told("ETag does not represent the latest state of the resource.", status: 412)
        }
        return wanted == nil || wanted == "*"
            ? nil : told("ETag does not represent the latest state of the resource.", status: 412)
    }

    private static func matches(_ condition: String, _ tag: String) -> Bool {
        condition.split(separator: ",").contains { part in
            let bare = part.filter { $0 != " " }
            return bare == "*" || bare == tag
        }
    }
}
