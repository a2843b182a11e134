import ServiceLifecycle

extension HTTPServer: Service {
    /// Serves until the service group shuts down gracefully, then drains.
    package func run() async throws {
        do {
            try await start()
        } catch LifecycleError.alreadyStarted {
            // The composition root wanted to know the address first.
        }
        try? await gracefulShutdown()
        await shutdownGracefully(within: configuration.drainGrace)
    }
}
