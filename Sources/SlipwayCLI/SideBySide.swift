/// The results of `work` for every element in their order, at most `limit` of them under way at once.
func sideBySide<Element: Sendable, Value: Sendable>(
    _ elements: [Element],
    atMost limit: Int,
    _ work: @escaping @Sendable (Element) async -> Value
) async -> [Value] {
    await withTaskGroup(of: (Int, Value).self) { group in
        var values = [Value?](repeating: nil, count: elements.count)
        var next = 0
        func add(_ group: inout TaskGroup<(Int, Value)>) {
            guard next < elements.count else { return }
            let (index, element) = (next, elements[next])
            next += 1
            group.addTask { (index, await work(element)) }
        }
        for _ in 0..<max(limit, 1) { add(&group) }
        while let (index, value) = await group.next() {
            values[index] = value
            add(&group)
        }
        return values.compactMap { $0 }
    }
}
