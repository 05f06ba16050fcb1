"""Personal names as Chinese people bear them: in Latin letters (Hanyu Pinyin) and in Chinese characters.

Two words are taken for a name only if one is a family name and the other one or two syllables that exist. Whoever is
called otherwise stays unnamed, which is what keeps `Human Rights` and `Security Council` from being persons.
"""

import re

from store.attribution import MAX_NAME
from store.facets.persons import LATIN

# Initial and the finals it goes with, by the table of Hanyu Pinyin; `v` for the ü of lü and nü.
_SYLLABLES = """
- a ai an ang ao e ei en eng er o ou
b a ai an ang ao ei en eng i ian iao ie in ing o u
p a ai an ang ao ei en eng i ian iao ie in ing o ou u
m a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f a an ang ei en eng o ou u
d a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo
t a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve yu
l a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve yu
g a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo
h a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j i ia ian iang iao ie in ing iong iu u uan ue un
q i ia ian iang iao ie in ing iong iu u uan ue un
x i ia ian iang iao ie in ing iong iu u uan ue un
zh a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r an ang ao e en eng i ong ou u ua uan ui un uo
z a ai an ang ao e ei en eng i ong ou u uan ui un uo
c a ai an ang ao e en eng i ong ou u uan ui un uo
s a ai an ang ao e en eng i ong ou u uan ui un uo
y a an ang ao e i in ing o ong ou u uan ue un
w a ai an ang ei en eng o u
"""
_FAMILY = """
ai an ao ba bai ban bao bei bi bian bie bo bu cai cang cao cen chai chang che chen cheng chi chong chu chuan cong cui
dai dan dang deng di diao ding dong dou du duan e fan fang fei feng fu gan gao ge geng gong gou gu guan gui guo hai han
hang hao he heng hong hou hu hua huan huang hui huo ji jia jian jiang jiao jie jin jing ju kang ke kong kou kuai kuang
lai lan lang lao lei leng li lian liang liao lin ling liu long lou lu lü luan luo lv lyu ma man mao mei meng mi miao min
ming mo mu na nan ni nie ning niu nong nuo ou pan pang pei peng pi piao ping pu qi qian qiang qiao qin qiu qu quan que
ran rao ren rong ruan rui sang sha shan shang shao she shen sheng shi shou shu shuai shui si song su sui sun suo tai tan
tang tao teng tian tie tong tu wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xu xuan xue xun yan
yang yao ye yi yin ying yong you yu yuan yue yun zan zang zeng zha zhai zhan zhang zhao zhen zheng zhi zhong zhou zhu
zhuang zhuo zong zou zu zuo
ouyang shangguan sima zhuge situ huangfu dongfang gongsun linghu murong nangong ximen xiahou yuwen zhangsun
"""
_FAMILY_HAN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文樊殷施申"
    "耿卞齐倪毕温芦俞庄柴段习华沙郎柳鲍左岳鲁葛翟路洪涂兰牛聂裴季符牟焦关尤梅冷祝盛单柯舒纪项褚欧岑曲丛鹿柏解甘宁"
    "车晏仇费艾宫霍詹包班成池储邸窦封桂杭花霁井景凌楼苗宓穆农蒲屈冉饶荣芮尚佘水司佟童危卫乌席萧邢宣荀羊应游郁喻"
    "臧湛支诸卓宗祖蔺缪仝楚"
)
_COMPOUND_HAN = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "皇甫",
    "东方",
    "公孙",
    "令狐",
    "慕容",
    "南宫",
    "西门",
    "夏侯",
    "宇文",
    "长孙",
)
# What else two such words may be.
_NO_NAMES = frozenset(
    ("hong kong", "tai wan", "bei jing", "shang hai", "xi zang", "xin jiang", "tai chi", "feng shui", "yin yang")
)

_SYLLABLE_SET = frozenset(
    (initial.strip("-") + final)
    for initial, *finals in map(str.split, _SYLLABLES.strip().splitlines())
    for final in finals
)
_FAMILY_SET = frozenset(_FAMILY.split())

WORD = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ɏ]{0,20}(?:['-](?!s\b)[A-Za-zÀ-ɏ]{1,12}){0,2}"
"""One word of a name in Latin letters, as a regular expression."""
HAN_NAME = f"(?:(?:{'|'.join(_COMPOUND_HAN)})[\u4e00-\u9fff]|[{_FAMILY_HAN}][\u4e00-\u9fff])[\u4e00-\u9fff]??"
"""A name in Chinese characters, as a regular expression that takes the shorter of two that fit."""


def latin_name(first: str, second: str) -> str | None:
    """The name in its reading form, family name first, or None if the two words are no name.

    Capitals show the family name wherever it stands (`Shaojun YAO`). Without them the first word is taken for it,
    unless only the second can be one.
    """
    if f"{first} {second}".casefold() in _NO_NAMES:
        return None
    if second.isupper() and not first.isupper():
        orders = [(second, first)]
    elif first.isupper() and not second.isupper():
        orders = [(first, second)]
    else:
        orders = [(first, second), (second, first)]
    for family, given in orders:
        if family.casefold() in _FAMILY_SET and _is_given(given):
            return f"{_capital(family)} {_capital(given)}"[:MAX_NAME]
    return None


def slug_of(name: str) -> str:
    """`[a-z0-9-]+` for a name as `latin_name` gives it or as a Chinese title prints it; the same for ever.

    `han-` and the characters' code points for a Chinese name that `store.facets.persons` does not know.
    """
    latin = LATIN.get(name, name)
    if latin.isascii() or "ü" in latin.casefold():
        return re.sub("[^a-z0-9]+", "-", latin.casefold().replace("ü", "yu").replace("'", "")).strip("-")
    return "-".join(("han", *(f"{ord(character):x}" for character in latin)))


def _is_given(word: str) -> bool:
    plain = word.casefold().replace("ü", "v")
    parts = re.split("['-]", plain)
    if len(parts) > 1:
        return len(parts) == 2 and all(part in _SYLLABLE_SET for part in parts)
    return plain in _SYLLABLE_SET or any(
        plain[:cut] in _SYLLABLE_SET and plain[cut:] in _SYLLABLE_SET for cut in range(1, min(len(plain), 7))
    )


def _capital(word: str) -> str:
    head, *rest = re.split("(['-])", word)
    return head.capitalize() + "".join(part.lower() for part in rest)
