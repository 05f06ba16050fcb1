"""Scrapy's static manners. What an operator may change comes from the configuration and is laid over this.

Each line that differs from Scrapy 2.19's default says why. docs/decisions/0004-scrapy.md has the measurements.
"""

from typing import Any

SETTINGS: dict[str, Any] = {
    "BOT_NAME": "missionwatch",
    "SPIDER_MODULES": ["crawler.spiders"],
    # Safety. Scrapy's defaults run a code-execution port, accept any certificate, and read 1 GiB and file:// addresses.
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_MAXSIZE": 32 * 1024 * 1024,
    "DOWNLOAD_WARNSIZE": 0,
    # Ours verifies certificates, resolves names to public addresses only and takes no broken answer for a whole one.
    "DOWNLOAD_HANDLERS_BASE": {
        "http": "crawler.download.KeptAliveDownloads",
        "https": "crawler.download.KeptAliveDownloads",
    },
    # Manners.
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 2.0,
    "DOWNLOAD_TIMEOUT": 60,
    "COOKIES_ENABLED": False,
    "RETRY_TIMES": 2,
    # Scrapy's list without the errors of its own download handler, which it would import.
    "RETRY_EXCEPTIONS": [
        "scrapy.exceptions.CannotResolveHostError",
        "scrapy.exceptions.DownloadConnectionRefusedError",
        "scrapy.exceptions.DownloadFailedError",
        "scrapy.exceptions.DownloadTimeoutError",
        "scrapy.exceptions.ResponseDataLossError",
        OSError,
    ],
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # the run record tells it
    "REDIRECT_MAX_TIMES": 5,
    "METAREFRESH_ENABLED": False,
    # The proxy middleware reads the environment, and behind a proxy the check of addresses would check the proxy.
    "HTTPPROXY_ENABLED": False,
    # Robots rules are kept in the archive for a day and survive the family's redirect loops (crawler.robots).
    "ROBOTSTXT_OBEY": False,
    "HTTPERROR_ALLOW_ALL": True,  # a 404 is an observation
    "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.5"},
    # The whole lists instead of changes to Scrapy's: what a later Scrapy adds does not start by itself, and what is
    # switched off is not even imported.
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "crawler.guard.SiteGuard": 50,
        "crawler.robots.RobotsGate": 100,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
        "crawler.unpacking.Unpacking": 590,
        "crawler.guard.Redirects": 600,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {"crawler.recorder.RunRecorder": 10},
    "ITEM_PIPELINES": {"crawler.pipeline.RecordPipeline": 100},
    # Checks the source text of every callback at its first use; ours return nothing but what they yield.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    # Speed: the default starts a hundred tasks for each response (measured 1.4 times slower); order is kept, too.
    "CONCURRENT_ITEMS": 1,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",  # the default one balances many hosts
    "SCHEDULER_MEMORY_QUEUE": "crawler.queue.WaitingRequests",
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # crawler.tally counts what is told
    "LOG_ENABLED": True,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_VERSIONS": [],
    "STATS_DUMP": False,
    "FEED_EXPORT_ENCODING": "utf-8",
}
