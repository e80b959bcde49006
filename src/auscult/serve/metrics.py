"""What the service counts, as Prometheus reads it. Names and numbers only, no values of cases."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CASES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """Counters of one service, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = of = CollectorRegistry()
        self.requests = Counter(
            "auscult_requests", "Requests answered.", ("method", "route", "status"), registry=of
        )
        self.seconds = Histogram(
            "auscult_request_seconds",
            "Time to an answer.",
            ("route",),
            buckets=_SECONDS,
            registry=of,
        )
        self.running = Gauge("auscult_requests_running", "Requests being answered.", registry=of)
        self.cases = Counter("auscult_cases", "Cases answered.", ("bundle",), registry=of)
        self.unsure = Counter(
            "auscult_cases_unsure", "Cases on which the model abstained.", ("bundle",), registry=of
        )
        self.batch = Histogram(
            "auscult_batch_cases",
            "Cases computed together.",
            ("bundle",),
            buckets=_CASES,
            registry=of,
        )
        self.reloads = Counter(
            "auscult_reloads", "Bundles replaced while serving.", ("bundle", "outcome"), registry=of
        )
        self.bundle = Gauge(
            "auscult_bundle_info", "What is served.", ("bundle", "sha256", "model"), registry=of
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more request, by its route's template."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def page(self) -> bytes:
        """All figures in the text format 0.0.4."""
        return generate_latest(self.registry)
