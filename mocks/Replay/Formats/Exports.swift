internal import Foundation
internal import HTTPTypes
public import SlipwayBase
internal import SlipwayHTTP

extension Cassette {
    /// The cassette as an HTTP archive, secrets masked: one entry an interaction, streams in one piece, a request
    /// without an answer with the status 0. Source: HAR 1.2.
    public var archive: JSON {
        let cassette = redacted()
        var time = cassette.origin.recordedAt.flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(milliseconds: 0)
        var entries: [JSON] = []
        for interaction in cassette.interactions {
            entries.append(interaction.entry(at: time))
            time = time + interaction.after
        }
        return ["log": ["version": "1.2", "creator": ["name": "slipway", "version": "1"], "entries": .array(entries)]]
    }

    /// The cassette as stub mappings of WireMock, secrets masked: the answers of a request that comes again are a
    /// scenario. Hosts are left out, and a request without an answer is a fault.
    public var stubMappings: JSON {
        let cassette = redacted()
        let keys = cassette.interactions.map { RequestKey($0.request, matching: matching) }
        let times = Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +)
        var (seen, scenarios): ([RequestKey: Int], [RequestKey: Int]) = ([:], [:])
        let mappings = zip(cassette.interactions, keys).map { interaction, key -> JSON in
            var mapping: JSON = ["name": .string(interaction.title), "request": interaction.request.stub]
            mapping["response"] = interaction.stubResponse
            guard let count = times[key], count > 1 else { return mapping }
            let number = scenarios[key] ?? scenarios.count + 1
            let state = seen[key, default: 0] + 1
            (scenarios[key], seen[key]) = (number, state)
            mapping["scenarioName"] = .string("scenario-\(number)")
            mapping["requiredScenarioState"] = .string(state == 1 ? "Started" : "scenario-\(number)-\(state)")
            if state < count { mapping["newScenarioState"] = .string("scenario-\(number)-\(state + 1)") }
            return mapping
        }
        return ["mappings": .array(mappings)]
    }
}

extension Interaction {
    fileprivate var after: Duration {
        guard case .response(let response) = outcome else { return .zero }
        guard case .frames(let frames, let ended) = response.content else { return response.after }
        return max(response.after, ended?.at ?? frames.last?.at ?? .zero)
    }

    fileprivate func entry(at time: Timestamp) -> JSON {
        let milliseconds = JSON.int(after.milliseconds)
        return [
            "startedDateTime": .string(time.rfc3339), "time": milliseconds, "request": request.archived,
            "response": archivedResponse, "cache": [:], "timings": ["send": 0, "wait": milliseconds, "receive": 0],
            "comment": .string(title),
        ]
    }

    private var archivedResponse: JSON {
        var json: JSON = [
            "status": 0, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "redirectURL": "",
            "headersSize": -1, "bodySize": -1, "content": ["size": 0, "mimeType": ""],
        ]
        guard case .response(let response) = outcome else { return json }
        json["status"] = JSON(response.status)
        json["headers"] = response.headers.named
        json["redirectURL"] = .string(response.headers[.location] ?? "")
        json["bodySize"] = JSON(response.bytes.count)
        var content: JSON = [
            "size": JSON(response.bytes.count), "mimeType": .string(response.headers[.contentType] ?? ""),
        ]
        if let text = String(validating: response.bytes, as: UTF8.self) {
            content["text"] = .string(text)
        } else {
            content["text"] = .string(Data(response.bytes).base64EncodedString())
            content["encoding"] = "base64"
        }
        json["content"] = content
        return json
    }

    fileprivate var stubResponse: JSON {
        guard case .response(let response) = outcome else { return ["fault": "CONNECTION_RESET_BY_PEER"] }
        var json: JSON = ["status": JSON(response.status)]
        if !response.headers.isEmpty {
            json["headers"] = .object(JSONObject(response.headers.map { ($0.name.rawName, .string($0.value)) }))
        }
        if after > .zero { json["fixedDelayMilliseconds"] = .int(after.milliseconds) }
        switch response.content {
        case .whole(nil): break
        case .whole(.json(let document)?): json["jsonBody"] = document
        default:
            if let text = String(validating: response.bytes, as: UTF8.self) {
                json["body"] = .string(text)
            } else {
                json["base64Body"] = .string(Data(response.bytes).base64EncodedString())
            }
        }
        return json
    }
}

extension RecordedRequest {
    fileprivate var archived: JSON {
        let url = (origin ?? Origin(scheme: "https", host: "recorded.invalid")).description + target
        let query = RequestKey(self).query.map { JSON.object(["name": .string($0.name), "value": .string($0.value)]) }
        var json: JSON = [
            "method": .string(method.rawValue), "url": .string(url), "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": headers.named, "queryString": .array(query), "headersSize": -1,
            "bodySize": JSON(body?.bytes.count ?? 0),
        ]
        if let body, let text = String(validating: body.bytes, as: UTF8.self), !text.isEmpty {
            json["postData"] = ["mimeType": .string(headers[.contentType] ?? ""), "text": .string(text)]
        }
        return json
    }

    fileprivate var stub: JSON {
        var json: JSON = ["method": .string(method.rawValue), "url": .string(target)]
        if !headers.isEmpty {
            json["headers"] = .object(
                JSONObject(headers.map { ($0.name.rawName, ["equalTo": .string($0.value)] as JSON) })
            )
        }
        switch body {
        case nil, .digest: break
        case .json(let document)?: json["bodyPatterns"] = [["equalToJson": document]]
        case .text(let text)?: json["bodyPatterns"] = [["equalTo": .string(text)]]
        case .base64(let bytes)?, .file(_, let bytes)?:
            json["bodyPatterns"] = [["binaryEqualTo": .string(Data(bytes).base64EncodedString())]]
        }
        return json
    }
}

extension HTTPFields {
    fileprivate var named: JSON {
        .array(map { ["name": .string($0.name.rawName), "value": .string($0.value)] })
    }
}
