"""The pages that are no statements: missing, disguised as missing, or a wall in front of the site."""

from missionwatch.replica.chrome import SITE_NAMES

NOT_FOUND = b"""<html>
<head><title>404 Not Found</title></head>
<body>
<center><h1>404 Not Found</h1></center>
<hr><center>replica</center>
</body>
</html>
"""

UNAVAILABLE = NOT_FOUND.replace(b"404 Not Found", b"503 Service Temporarily Unavailable")
ERROR = NOT_FOUND.replace(b"404 Not Found", b"500 Internal Server Error")

ROBOTS_HTML = b"""<!DOCTYPE html>
<html><head><meta charset="UTF-8" /><title>Home</title></head>
<body><p>Disallow: nothing is said here, this is a page.</p></body></html>
"""

_GONE = {
    "en": ("System message", "The page you are visiting does not exist or has been deleted."),
    "zh-Hans": ("系统提示", "您访问的页面不存在或已删除"),
}
_BACK = {"en": "Return to the home page in 10 seconds", "zh-Hans": "10秒后返回首页"}


def soft_404(language: str, home: str) -> bytes:
    """The error page that a site sends with status 200."""
    title, text = _GONE[language]
    return f"""<!DOCTYPE html>
<html>
<head><meta charset="UTF-8" /><title>{title}_{SITE_NAMES[language]}</title></head>
<body>
<div class="system"><p>{text}</p><p><a href="{home}">{_BACK[language]}</a></p></div>
<script>setTimeout(function () {{ location.href = "{home}"; }}, 10000);</script>
</body>
</html>
""".encode()


BLOCKS: dict[str, tuple[int, bytes]] = {
    "captcha": (
        200,
        b"""<!DOCTYPE html>
<html><head><meta charset="UTF-8" /><title>Security verification</title></head>
<body><div id="captcha"><p>Please complete the captcha below to verify that you are human.</p>
<form method="post" action="/verify"><input name="captcha" /><button>Verify</button></form></div></body></html>
""",
    ),
    "javascript": (
        200,
        b"""<!DOCTYPE html>
<html><head><meta charset="UTF-8" /><title>Just a moment...</title></head>
<body><noscript>Please enable JavaScript and cookies to continue</noscript>
<script>document.cookie = "probe=1"; location.reload();</script></body></html>
""",
    ),
    "denied": (
        403,
        b"""<html><head><title>403 Forbidden</title></head>
<body><h1>Access Denied</h1><p>You don't have permission to access this server. Reference #0.00000000</p></body></html>
""",
    ),
    "waf": (
        405,
        """<!DOCTYPE html>
<html><head><meta charset="UTF-8" /><title>405</title></head>
<body><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p>
<p>Your request has been blocked by the web application firewall. TraceID: 0000</p></body></html>
""".encode(),
    ),
}
"""Status and body of each wall, by name."""
