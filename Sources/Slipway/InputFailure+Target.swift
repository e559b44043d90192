internal import SlipwayBase

extension InputFailure {
    /// This failure with the name of the target it is about, where it does not name a file already.
    func of(_ target: String) -> InputFailure {
        InputFailure(
            diagnostics.map { diagnostic in
                var diagnostic = diagnostic
                if diagnostic.place == nil { diagnostic.message = "\(target): \(diagnostic.message)" }
                return diagnostic
            }
        )
    }
}
