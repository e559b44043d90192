import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Builds the requests to a site's deployment engine purely.
enum KuduCalls {
    /// Deploys a package; the answer comes before the deployment is over.
    static func publish(_ package: FileSlice, type: String, to origin: Origin) -> Request {
        var request = Request(
            .post,
            origin,
            "/api/publish?type=\(type)&async=true",
            headers: [.contentType: "application/octet-stream"],
            body: .slice(package),
            isIdempotent: false
        )
        request.headers[checksum] = package.sha256
        // As long as a large package takes; what stands still is given up earlier.
        request.bounds.total = .seconds(3600)
        return request
    }

    static func latest(_ origin: Origin) -> Request { Request(.get, origin, "/api/deployments/latest") }

    static func deployment(_ id: String, _ origin: Origin) -> Request {
        Request(.get, origin, "/api/deployments/\(id)")
    }

    static func marker(_ origin: Origin) -> Request { Request(.get, origin, "/api/vfs/site/slipway.json") }

    /// Writes the marker over whatever was there.
    static func writeMarker(_ marker: Marker, _ origin: Origin) -> Request {
        Request(
            .put,
            origin,
            "/api/vfs/site/slipway.json",
            headers: [.contentType: "application/json", .ifMatch: "*"],
            body: .bytes(marker.json.bytes)
        )
    }

    /// The list of the container's logs.
    static func containerLogs(_ origin: Origin) -> Request { Request(.get, origin, "/api/logs/docker") }

    static let checksum = HTTPField.Name("x-ms-artifact-checksum")!
    static let deploymentID = HTTPField.Name("scm-deployment-id")!
}

/// How a deployment stands.
struct KuduDeployment: Hashable, Sendable {
    var id: String
    /// 0 to 2 are on their way, 3 is failed, 4 is done.
    var status: Int
    var words: String
    var isOver: Bool

    var hasFailed: Bool { status == 3 }
    var isDone: Bool { status == 4 && isOver }

    /// Nil when it is none, or one whose number is not final yet.
    init?(_ json: JSON) {
        guard let id = json["id"]?.words, KuduDeployment.isNumber(id) else { return nil }
        self.id = id
        status = json["status"]?.int ?? 0
        let said = json["status_text"]?.words ?? json["progress"]?.words ?? ""
        words = said.printable(max: 400)
        isOver = json["complete"]?.bool ?? (status >= 3)
    }

    /// Whether `text` may be put into a path, and is no temporary name.
    static func isNumber(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        return isPlain && (1...100).contains(text.count) && !text.lowercased().hasPrefix("temp")
    }
}

/// What the logs of a container say of its start.
enum ContainerLog {
    /// The file that was written last, as a path on the same host; nil when there is none.
    static func newest(_ list: JSON, on origin: Origin) -> String? {
        let files = (list.array ?? []).compactMap { file -> (String, String)? in
            guard let link = file["href"]?.string, let (place, target) = Origin.split(link), place == origin else {
                return nil
            }
            return (file["lastUpdated"]?.string ?? "", target)
        }
        return files.max { $0.0 < $1.0 }?.1
    }

    /// The last line after `start` that says why the container does not run; nil when none does.
    static func trouble(in text: String, since start: Timestamp) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).suffix(500)
        let bad = lines.last { line in
            guard let date = AppServiceReplies.date(String(line.prefix { $0 != " " })), date >= start else {
                return false
            }
            return signs.contains { line.contains($0) }
        }
        return bad.map { String($0).printable(max: 400) }
    }

    /// Sentences of the platform for what does not pass by itself.
    private static let signs = [
        "Image pull failed", "ImagePullFailure", "didn't respond to HTTP pings", "Stopping site because it failed",
        "ContainerStartFailure", "container exited with",
    ]
}
