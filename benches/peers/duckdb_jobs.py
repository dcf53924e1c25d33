#!/usr/bin/env python3
"""The same jobs in DuckDB, with all its threads: duckdb_jobs.py prepare|hash IN OUT"""
import sys

import duckdb

NORMALISED = """
digits AS (
  SELECT *, regexp_replace(phone, '[^0-9]', '', 'g') AS d, lower(trim(email)) AS e
  FROM read_csv('{source}', all_varchar = true, header = true)
), parts AS (
  SELECT *,
    CASE WHEN length(d) = 10 THEN '7' || d
         WHEN length(d) = 11 AND d[1] = '8' THEN '7' || d[2:]
         WHEN length(d) BETWEEN 11 AND 13 THEN d END AS number,
    split_part(split_part(e, '@', 1), '+', 1) AS local,
    CASE split_part(e, '@', 2)
      WHEN 'ya.ru' THEN 'yandex.ru' WHEN 'yandex.com' THEN 'yandex.ru'
      WHEN 'googlemail.com' THEN 'gmail.com' ELSE split_part(e, '@', 2) END AS domain
  FROM digits
), normalised AS (
  SELECT *, CASE domain WHEN '' THEN NULL
    WHEN 'gmail.com' THEN replace(local, '.', '') || '@gmail.com'
    WHEN 'yandex.ru' THEN replace(local, '.', '-') || '@yandex.ru'
    ELSE local || '@' || domain END AS address
  FROM parts
)"""

PREPARE = """
SELECT 1234567890 AS application_id, customer_id AS profile_id, json_merge_patch(
  json_object('tier', tier, 'ltv', CAST(ltv AS DOUBLE), 'vip', vip = 'true', 'visits', CAST(visits AS INTEGER)),
  json_object(
    'appmetrica_1pd_phone_sha256_0', sha256(number),
    'appmetrica_1pd_email_sha256_0', sha256(address),
    'appmetrica_1pd_telegram_sha256', CASE WHEN telegram <> '' THEN sha256(lower(telegram)) END)) AS attributes
FROM normalised"""

# Telegram logins stay as they are: the job is the phone and the e-mail column. `ampost hash csv` hashes them too.
HASH = """
SELECT customer_id, sha256(number) AS appmetrica_1pd_phone_sha256_0,
  sha256(address) AS appmetrica_1pd_email_sha256_0, telegram, tier, ltv, vip, visits
FROM normalised"""


def main(job, source, target):
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = true")
    select = {"prepare": PREPARE, "hash": HASH}[job]
    query = f"WITH {NORMALISED.format(source=source)} {select}"
    connection.execute(f"COPY ({query}) TO '{target}' (HEADER, DELIMITER ',')")


main(*sys.argv[1:4])
