"""The same three checks in DuckDB, over a file of JSON Lines."""

import sys

import duckdb

ADDRESS = r"^[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+$"

database = duckdb.connect()
columns = "{dn: 'VARCHAR', userPrincipalName: 'JSON', proxyAddresses: 'JSON'}"
database.execute(
    f"create table object as select row_number() over () as number, * from read_json(?, format = 'newline_delimited', columns = {columns})",
    [sys.argv[1]],
)
as_list = "from_json(case when json_type({0}) = 'ARRAY' then {0} else json_array({0}) end, '[\"VARCHAR\"]')"
database.execute(f"""
    create table address as
    select number, lower(substring(value, 6)) as address
    from (select number, unnest({as_list.format('proxyAddresses')}) as value from object where proxyAddresses is not null)
    where lower(value) like 'smtp:%'
""")
shared = database.execute(
    "select count(*) from (select address from address group by address having count(distinct number) > 1)"
).fetchone()[0]
taken = database.execute(f"""
    select count(*) from (
        select lower(name) from (
            select number, unnest({as_list.format('userPrincipalName')}) as name from object where userPrincipalName is not null)
        group by lower(name) having count(distinct number) > 1)
""").fetchone()[0]
malformed = database.execute("select count(*) from address where not regexp_matches(address, ?)", [ADDRESS]).fetchone()[0]
print(f"{shared} addresses and {taken} user principal names on several objects, {malformed} malformed addresses")
