"""What Chinese edits are called: one sentence before, one after, and the reasons that a reader is given."""

import pytest

from store.significance import classify
from tests.store.test_significance import statement


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("共有80个国家参加。", "共有84个国家参加。", ("number: 80 → 84",)),
        ("共有八十个国家参加。", "共有八十四个国家参加。", ("number: 八十个 → 八十四个",)),
        ("共有八十个国家参加。", "共有80个国家参加。", ("wording: 八十 → 80",)),
        ("共有８０个国家参加。", "共有80个国家参加。", ("typography: ８０ → 80",)),
        ("共有８０个国家参加。", "共有８４个国家参加。", ("number: ８０ → ８４",)),
        ("占百分之八十。", "占百分之九十。", ("number: 百分之八十 → 百分之九十",)),
        ("占百分之八十。", "占80%。", ("rewrite: 占百分之八十。 → 占80%。",)),
        ("投入两亿元。", "投入三亿元。", ("number: 两亿元 → 三亿元",)),
        ("两国人民友好。", "三国人民友好。", ("number: 两国 → 三国",)),
        ("我们统一安排。", "我们安排。", ("sensitive term: 统一 (removed)", "wording: 统一 (removed)")),
        ("我们进一步合作。", "我们合作。", ("wording: 进一步 (removed)",)),
        ("第七十八届会议开幕。", "第七十九届会议开幕。", ("number: 第七十八届 → 第七十九届",)),
        ("我们同意这项提议。", "我们不同意这项提议。", ("negation: 不 (added)",)),
        ("我们没有收到消息。", "我们收到消息。", ("negation: 没有 (removed)",)),
        ("我们将会面。", "我们不久将会面。", ("wording: 不久 (added)",)),
        ("我们都会参加。", "无论如何我们都会参加。", ("wording: 无论如何 (added)",)),
        ("双方加强合作。", "双方加强同非洲合作。", ("wording: 同非洲 (added)",)),
        ("我们面向明天努力。", "我们面向未来努力。", ("date: 明天 (removed)", "wording: 明天 → 未来")),
        ("双方意见相同。", "双方意见不同。", ("negation: 不 (added)", "wording: 相 → 不")),
        ("这里没有湖。", "这里并无湖。", ("wording: 没有 → 并无",)),
        ("会议于2024年3月5日举行。", "会议于2024年3月6日举行。", ("date: 2024年3月5日 → 2024年3月6日",)),
        ("会议于二〇二四年三月五日举行。", "会议于2024年3月5日举行。", ("wording: 二〇二四 → 2024; 三 → 3; 五 → 5",)),
        ("会议于今年举行。", "会议于明年举行。", ("date: 今年 → 明年",)),
        ("会议于上午10时举行。", "会议于上午11时举行。", ("date: 10时 → 11时",)),
        ("王明大使发言。", "李明大使发言。", ("name or title: 王明大使 → 李明大使",)),
        ("王明大使发言。", "王明参赞发言。", ("name or title: 王明大使 → 王明参赞",)),
        ("肯尼亚首先发言。", "冰岛首先发言。", ("name or title: 肯尼亚 → 冰岛",)),
        ("他说：“湖面平静。”", "他说：“湖面很平静。”", ("quotation: “湖面平静。” → “湖面很平静。”",)),
        ("他提到平静的湖。", "他提到“平静”的湖。", ("quotation: “平静” (added)",)),
        ("他说：「湖面平静。」", "他说：“湖面平静。”", ("typography: 「 → “; 」 → ”",)),
        ("他读了《湖上之歌》。", "他读了《山上之歌》。", ("quotation: 《湖上之歌》 → 《山上之歌》",)),
        ("我们谴责这一行为。", "我们注意到这一行为。", ("sensitive term: 谴责 (removed)", "wording: 谴责 → 注意到")),
        ("我们坚持原则。", "我们坚持一国两制原则。", ("sensitive term: 一国两制 (added)", "wording: 一国两制 (added)")),
        ("我们希望湖面平静。", "我们盼望湖面平静。", ("wording: 希 → 盼",)),
        ("平静，和平。", "平静,和平。", ("punctuation: ， → ,",)),
        ("湖面平静。", "湖面平静！", ("punctuation: 。 → ！",)),
        (
            "湖面平静，船只已备。",
            "贸易增长，客人将至，万物生长，一切顺利。",
            ("rewrite: 湖面平静，船只已备。 → 贸易增长，客人将至，万物生长，一切顺利。",),
        ),
    ],
)
def test_reasons(old: str, new: str, reasons: tuple[str, ...]) -> None:
    assert classify(statement(old), statement(new)).reasons == reasons
    classes = [reason.partition(":")[0] for reason in reasons]
    assert [finding.name for finding in classify(statement(new), statement(old)).classes] == classes
