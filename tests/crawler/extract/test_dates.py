from datetime import date
from datetime import time as Clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.dates import FORMATS, read_date, read_dateline


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("2012-11-08 17:00", date(2012, 11, 8), "17:00"),
        ("2012-11-08 7:05", date(2012, 11, 8), "07:05"),
        ("2012-11-08 00:00", date(2012, 11, 8), None),
        ("2012-11-08 24:00", date(2012, 11, 8), None),
        ("2012-11-08 17:00:30", date(2012, 11, 8), "17:00"),
        ("2012-11-08", date(2012, 11, 8), None),
        ("２０１２－１１－０８　１７：００", date(2012, 11, 8), "17:00"),
        ("2009/11/13", date(2009, 11, 13), None),
        ("2009/1/3 09:30", date(2009, 1, 3), "09:30"),
        ("(23 March 2004)", date(2004, 3, 23), None),
        ("（23 March 2004）", date(2004, 3, 23), None),
        ("New York, 19 November 2009", date(2009, 11, 19), None),
        ("November 19th, 2009", date(2009, 11, 19), None),
        ("（11:30 am, September 12, 2011, UN NLB)", date(2011, 9, 12), None),
        ("Sept. 12, 2011", date(2011, 9, 12), None),
        ("1st of May 2020", date(2020, 5, 1), None),
        ("2024年3月5日", date(2024, 3, 5), None),
        ("2024 年 3 月 5 日 10:20", date(2024, 3, 5), "10:20"),
        ("（二〇二四年三月五日，纽约）", date(2024, 3, 5), None),
        ("二○二四年十二月三十一日", date(2024, 12, 31), None),
        ("二零零九年十月二十日", date(2009, 10, 20), None),
        ("2021-02-30 then 2021-03-01", date(2021, 3, 1), None),
    ],
)
def test_printed_dates(text: str, day: date, time: str | None) -> None:
    assert read_date(text) == (day, time)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-13-01",
        "2021-02-29",
        "2021/00/10",
        "30 February 2021",
        "31 June 2021",
        "0 May 2021",
        "12021-05-24",
        "2021-05-241",
        "3021-05-24",
        "21-05-24",
        "Mayor 5, 2020",
        "Dismay 5, 2020",
        "2024年13月5日",
        "二〇二四年十三月五日",
        "二〇二四年二月三十日",
        "二〇二四年三月二十十日",
        "12:30",
        "S/2023/646",
    ],
)
def test_what_is_no_day_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_only_the_formats_named_are_read() -> None:
    assert read_date("2009/11/13", ["iso"]) is None
    assert read_date("5 May 2020, 2021-01-01", ["iso", "long"]) == (date(2021, 1, 1), None)


@pytest.mark.parametrize(
    ("line", "is_dateline"),
    [
        ("New York, 19 November 2009", True),
        ("28 October 2008, New York", True),
        ("(17 June 2011，GA Hall)", True),
        ("(11:30 am, September 12, 2011, UN NLB)", True),
        ("2005/10/24", True),
        ("2024年3月5日，纽约", True),
        ("On 5 March 2024 the Council met.", False),
        ("Since 2 May 2019, nothing has changed", False),
        ("2024年3月5日，安理会就有关问题举行了公开会议，中方代表作了发言并阐述立场。", False),
        ("2024年3月5日，安理会举行会议，中方代表作了发言并阐述立场主张和看法意见", False),
        ("Mr. President,", False),
        ("A" * 90 + " 5 March 2024", False),
    ],
)
def test_date_lines_are_told_from_prose(line: str, is_dateline: bool) -> None:
    assert (read_dateline(line) is not None) is is_dateline


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)), st.times())
def test_each_format_reads_what_it_writes(day: date, clock: Clock) -> None:
    hour_and_minute = f"{clock:%H:%M}"
    time = None if hour_and_minute == "00:00" else hour_and_minute
    assert read_date(f"{day:%Y-%m-%d} {hour_and_minute}") == (day, time)
    assert read_date(f"{day:%Y/%m/%d}") == (day, None)
    assert read_date(f"{day.day} {day:%B} {day.year}") == (day, None)
    assert read_date(f"{day:%B} {day.day}, {day.year}") == (day, None)
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == (day, None)


LIKE_DATES = st.text(st.sampled_from("0123456789-/: 年月日〇一二十三May,()（）of\u3000") | st.characters(), max_size=60)


def read_all(text: str) -> None:
    for name in FORMATS:
        found = read_date(text, [name])
        assert found is None or found[0].isoformat()
    read_dateline(text)


@given(LIKE_DATES)
def test_no_text_makes_it_fail(text: str) -> None:
    read_all(text)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_text_of_10_000_makes_it_fail() -> None:
    settings(deadline=None, max_examples=10_000, database=None)(given(LIKE_DATES)(read_all))()
