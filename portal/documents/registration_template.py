"""The file to begin a list of registrations with: all column names, and one invented line to be written over."""

import csv
import io
from datetime import date

from portal.domain.registration_file import COLUMNS, EXAMPLE_NUMBER


def template(today: date, terms_version: str) -> bytes:
    """As CSV (UTF-8 with BOM, by which a spreadsheet knows the encoding). A demo takes its line as it is."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS.values(), example(today, terms_version).values()])
    return text.getvalue().encode("utf-8-sig")


def example(today: date, terms_version: str) -> dict[str, str]:
    """An invented person, today's day, the terms in force: a good line but for its number, which only a demo takes."""
    return dict.fromkeys(COLUMNS, "") | {
        "registration_number": EXAMPLE_NUMBER,
        "name": "見本　花子",
        "kana": "ミホン　ハナコ",
        "birth_date": "平成2年1月1日",
        "sex": "female",
        "phone": "00-0000-0000",
        "mail": "mihon.hanako@example.jp",
        "residence": "東京都架空市見本町1丁目2番3号",
        "employer": "株式会社架空商事",
        "school": "架空大学",
        "occupation_1": "056",
        "occupation_2": "09",
        "place_1": "東京都",
        "place_2": "三重県津市",
        "employment": "regular;part_time",
        "times": "full_day",
        "wage_month": "M20",
        "experience_1": "056",
        "experience_years_1": "3_to_5",
        "education": "university",
        "licences": "L001",
        "pr": "接客が得意です。お客さまの話をよく聞きます。",
        "experience_text": "売場で五年、発注と在庫の管理をしました。",
        "school_status": "none",
        "registered_on": today.isoformat(),
        "range_private": "はい",
        "range_municipal": "はい",
        "terms_version": terms_version,
        "terms_agreed": "はい",
    }
