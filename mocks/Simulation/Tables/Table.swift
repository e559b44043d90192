import SlipwayBase

/// A list or an object in the form that people are shown: columns and rows that the server has filled in.
struct Table: Sendable {
    /// How much of each object comes with its row.
    enum Included: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// A column; those of a priority above 0 are shown only on demand.
    struct Column {
        var name: String
        var type: String
        var format: String
        var priority: Int

        init(_ name: String, type: String = "string", format: String = "", priority: Int = 0) {
            (self.name, self.type, self.format, self.priority) = (name, type, format, priority)
        }

        var json: JSON {
            [
                "name": .string(name), "type": .string(type), "format": .string(format),
                "description": .string("\(name) of the object."), "priority": JSON(priority),
            ]
        }
    }

    var kind: ResourceKind
    var included: Included
    var now: Timestamp

    /// The table of these objects; `metadata` is that of their list.
    func json(of objects: [JSON], metadata: JSON) -> JSON {
        [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": .array(kind.columns.map(\.json)), "rows": .array(objects.map(row)),
        ]
    }

    private func row(_ object: JSON) -> JSON {
        var row: JSON = ["cells": .array(Cells(object: object, now: now).cells(of: kind))]
        switch included {
        case .none: break
        case .metadata:
            row["object"] = [
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata,
            ]
        case .object: row["object"] = object
        }
        return row
    }
}

extension ResourceKind {
    /// The columns of the kind, as the server has them.
    var columns: [Table.Column] {
        typealias Column = Table.Column
        let name = Column("Name", format: "name")
        let age = Column("Age")
        let wide = [
            Column("Containers", priority: 1), Column("Images", priority: 1), Column("Selector", priority: 1),
        ]
        func number(_ name: String) -> Column { Column(name, type: "integer") }
        switch self {
        case .deployment:
            return [name, Column("Ready"), Column("Up-to-date"), Column("Available"), age] + wide
        case .replicaSet: return [name, number("Desired"), number("Current"), number("Ready"), age] + wide
        case .pod:
            return [
                name, Column("Ready"), Column("Status"), Column("Restarts"), age, Column("IP", priority: 1),
                Column("Node", priority: 1), Column("Nominated Node", priority: 1),
                Column("Readiness Gates", priority: 1),
            ]
        case .service:
            return [
                name, Column("Type"), Column("Cluster-IP"), Column("External-IP"), Column("Port(s)"), age,
                Column("Selector", priority: 1),
            ]
        case .endpointSlice: return [name, Column("AddressType"), Column("Ports"), Column("Endpoints"), age]
        case .ingress:
            return [name, Column("Class"), Column("Hosts"), Column("Address"), Column("Ports"), age]
        case .httpRoute: return [name, Column("Hostnames"), age]
        case .gateway: return [name, Column("Class"), Column("Address"), Column("Programmed"), age]
        case .virtualService: return [name, Column("Gateways"), Column("Hosts"), age]
        case .lease: return [name, Column("Holder"), age]
        case .autoscaler:
            return [
                name, Column("Reference"), Column("Targets"), Column("MinPods"), Column("MaxPods"),
                Column("Replicas"), age,
            ]
        case .event:
            return [
                Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"),
                Column("Subobject", priority: 1), Column("Source", priority: 1), Column("Message"),
                Column("First Seen", priority: 1), Column("Count", type: "integer", priority: 1),
                Column("Name", format: "name", priority: 1),
            ]
        case .namespace: return [name, Column("Status"), age]
        }
    }
}
