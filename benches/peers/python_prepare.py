#!/usr/bin/env python3
"""What a careful script does: the same CSV to API-ready CSV with csv, hashlib and json. python_prepare.py IN OUT"""
import csv
import hashlib
import json
import sys

YANDEX = {"ya.ru", "yandex.ru", "yandex.com"}
GMAIL = {"gmail.com", "googlemail.com"}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def phone(text):
    digits = "".join(filter(str.isdigit, text))
    if len(digits) == 10:
        return "7" + digits
    if len(digits) == 11 and digits.startswith("8"):
        return "7" + digits[1:]
    return digits if 11 <= len(digits) <= 13 else None


def email(text):
    local, at, domain = text.strip().lower().rpartition("@")
    if not at or not local or "." not in domain:
        return None
    if domain in GMAIL:
        domain, local = "gmail.com", local.replace(".", "")
    elif domain in YANDEX:
        domain, local = "yandex.ru", local.replace(".", "-")
    return local.partition("+")[0] + "@" + domain


def attributes(row):
    found = {}
    number = phone(row["phone"])
    if number:
        found["appmetrica_1pd_phone_sha256_0"] = sha256(number)
    address = email(row["email"])
    if address:
        found["appmetrica_1pd_email_sha256_0"] = sha256(address)
    if row["telegram"]:
        found["appmetrica_1pd_telegram_sha256"] = sha256(row["telegram"].lower())
    found["tier"] = row["tier"]
    found["ltv"] = float(row["ltv"])
    found["vip"] = row["vip"] == "true"
    found["visits"] = int(row["visits"])
    return found


def main(source, target):
    with open(source, encoding="utf-8", newline="") as rows, open(target, "w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        write(("application_id", "profile_id", "attributes"))
        for row in csv.DictReader(rows):
            encoded = json.dumps(attributes(row), ensure_ascii=False, separators=(",", ":"))
            write(("1234567890", row["customer_id"], encoded))


main(*sys.argv[1:3])
