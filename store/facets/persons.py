"""Persons whose name is known for certain in both languages, so that both lead to one slug. Facts, nothing else.

A name that is not here is no less a name: it gets a slug of its own in each language.
"""

PERSONS: dict[str, str] = {
    # Permanent Representatives in New York
    "Qin Huasun": "秦华孙",
    "Wang Yingfan": "王英凡",
    "Wang Guangya": "王光亚",
    "Zhang Yesui": "张业遂",
    "Li Baodong": "李保东",
    "Liu Jieyi": "刘结一",
    "Ma Zhaoxu": "马朝旭",
    "Zhang Jun": "张军",
    "Fu Cong": "傅聪",
    # Their deputies
    "Shen Guofang": "沈国放",
    "Zhang Yishan": "张义山",
    "Liu Zhenmin": "刘振民",
    "Wang Min": "王民",
    "Wu Haitao": "吴海涛",
    "Dai Bing": "戴兵",
    "Geng Shuang": "耿爽",
    "Sun Lei": "孙磊",
    # Others who speak at the United Nations
    "Chen Xu": "陈旭",
    "Huang Huikang": "黄惠康",
    "Li Song": "李松",
    "Liu Hua": "刘华",
    "Ma Xinmin": "马新民",
    "Qiao Zonghuai": "乔宗淮",
    "Sha Zukang": "沙祖康",
    "Shen Jian": "沈健",
    "Xu Hong": "徐宏",
    "Yao Shaojun": "姚绍俊",
    # The government
    "Han Zheng": "韩正",
    "Li Keqiang": "李克强",
    "Li Qiang": "李强",
    "Qin Gang": "秦刚",
    "Wang Yi": "王毅",
    "Xi Jinping": "习近平",
    "Yang Jiechi": "杨洁篪",
    # Spokespersons of the Foreign Ministry
    "Guo Jiakun": "郭嘉昆",
    "Hua Chunying": "华春莹",
    "Jiang Yu": "姜瑜",
    "Lin Jian": "林剑",
    "Mao Ning": "毛宁",
    "Wang Wenbin": "汪文斌",
    "Zhao Lijian": "赵立坚",
}

LATIN: dict[str, str] = {han: latin for latin, han in PERSONS.items()}
