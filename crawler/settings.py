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
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_MAXSIZE": 32 * 1024 * 1024,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
    "TWISTED_DNS_RESOLVER": "crawler.resolver.PublicResolver",
    "REFERRER_POLICY": "no-referrer",  # the redirect middleware wants the referer middleware; this keeps it silent
    # Manners.
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 2.0,
    "DOWNLOAD_TIMEOUT": 60,
    "COOKIES_ENABLED": False,
    "RETRY_TIMES": 2,
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # the run record tells it
    "REDIRECT_MAX_TIMES": 5,
    "METAREFRESH_ENABLED": False,
    # The proxy middleware reads the environment, and behind a proxy the check of addresses would check the proxy.
    "HTTPPROXY_ENABLED": False,
    # Robots rules are kept in the archive for a day and survive the family's redirect loops (crawler.robots).
    "ROBOTSTXT_OBEY": False,
    "HTTPERROR_ALLOW_ALL": True,  # a 404 is an observation
    "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.5"},
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.guard.SiteGuard": 50,
        "crawler.robots.RobotsGate": 100,
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
        "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    },
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    },
    "EXTENSIONS": {
        "crawler.recorder.RunRecorder": 10,
        "scrapy.extensions.telnet.TelnetConsole": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "scrapy.extensions.memdebug.MemoryDebugger": None,
        "scrapy.extensions.closespider.CloseSpider": None,
        "scrapy.extensions.feedexport.FeedExporter": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.spiderstate.SpiderState": None,
        "scrapy.extensions.throttle.AutoThrottle": None,
        "scrapy.extensions.remote_control.RemoteControl": None,
    },
    "ITEM_PIPELINES": {"crawler.pipeline.RecordPipeline": 100},
    # Speed: the default starts a hundred tasks for each response (measured 1.4 times slower); order is kept, too.
    "CONCURRENT_ITEMS": 1,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "LOG_ENABLED": True,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_VERSIONS": [],
    "STATS_DUMP": False,
    "FEED_EXPORT_ENCODING": "utf-8",
}
