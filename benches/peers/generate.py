#!/usr/bin/env python3
"""Writes a made-up CRM export: generate.py ROWS [--seed N] [--columns N] > crm.csv

Without --columns: customer_id, phone, email, telegram, tier, ltv, vip, visits. Phones stand in five styles,
about 2 % of phones and e-mails are malformed, one value in five is quoted and one in five is Cyrillic, as in
real exports. With --columns N, instead: profile_id, phone, email and N - 3 attributes, a third of them
strings, a third numbers and a third bools, their types in the header. The same arguments give the same bytes.
"""
import argparse
import random
import sys

DOMAINS = ("gmail.com", "yandex.ru", "ya.ru", "mail.ru", "Example.COM", "googlemail.com", "company.co.uk")
TIERS = ("bronze", "silver", "gold", '"platinum, ""black"""', "серебро")
PHONE_STYLES = (
    lambda d: f"+7 ({d[:3]}) {d[3:6]}-{d[6:8]}-{d[8:]}",
    lambda d: f"8{d}",
    lambda d: f"7{d}",
    lambda d: f"+7{d}",
    lambda d: f"8 {d[:3]} {d[3:]}",
)


def phone(n):
    return "n/a" if n % 50 == 0 else PHONE_STYLES[n % 5](f"9{n:09d}")


def email(n):
    local = f"user.{n:x}+crm" if n % 3 else f"First.Last{n % 100000}"
    return f"{local}{' at ' if n % 53 == 0 else '@'}{DOMAINS[n % 7]}"


def export_row(i, n):
    telegram = "" if n % 4 else f"tg_{n % 1000000}"
    ltv = f"{n % 10**7 / 100:.2f}"
    vip = "false" if n % 7 else "true"
    return f"c{i:09d},{phone(n)},{email(n)},{telegram},{TIERS[n % 5]},{ltv},{vip},{n % 40}\n"


def wide_row(i, n, attributes):
    cells = [f"c{i:09d}", phone(n), email(n)]
    for a in range(attributes):
        v = (n + a * 7919) % 1000003
        cells.append((TIERS[v % 5], f"{v / 100:.2f}", "true" if v % 7 == 0 else "false")[a % 3])
    return ",".join(cells) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("rows", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--columns", type=int)
    given = arguments.parse_args()
    draw = random.Random(given.seed).randrange
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", buffering=1 << 20, closefd=False)
    if given.columns is None:
        out.write("customer_id,phone,email,telegram,tier,ltv,vip,visits\n")
        row = export_row
    else:
        attributes = max(given.columns - 3, 0)
        types = ("string", "number", "bool")
        names = [f"a{a:02d}:{types[a % 3]}" for a in range(attributes)]
        out.write(",".join(["profile_id", "phone", "email", *names]) + "\n")
        row = lambda i, n: wide_row(i, n, attributes)
    for i in range(given.rows):
        out.write(row(i, draw(10**9)))
    out.flush()


main()
