"""What a capable administrator writes in an hour: three checks over an export, with dictionaries.

One address on two objects, one user principal name on two users, and addresses that are malformed. LDIF is unfolded and
decoded as far as `ldapsearch` writes it; JSON Lines hold an object in each line.
"""

import base64
import json
import re
import sys
from collections import defaultdict

ADDRESS = re.compile(r"^[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+$")
WANTED = {"userprincipalname", "proxyaddresses"}


def ldif(path):
    """The objects of an LDIF file, with the wanted attributes."""
    one, name, last = defaultdict(list), None, None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            line = line.rstrip("\r\n")
            if line.startswith(" "):
                if last is not None:
                    last[-1] += line[1:]
                continue
            if last is not None:
                decode(last)
            last = None
            if not line:
                if name is not None:
                    yield name, one
                one, name = defaultdict(list), None
            elif not line.startswith("#"):
                attribute, _, value = line.partition(":")
                attribute = attribute.lower()
                if attribute == "dn":
                    name = value.strip()
                elif attribute in WANTED:
                    last = one[attribute]
                    last.append(value)
    if name is not None:
        yield name, one


def decode(values):
    value = values[-1]
    if value.startswith(":"):
        values[-1] = base64.b64decode(value[1:]).decode("utf-8", "replace")
    else:
        values[-1] = value.removeprefix(" ")


def json_lines(path):
    """The objects of a file of JSON Lines, with the wanted attributes."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            found = defaultdict(list)
            for attribute, value in one.items():
                if attribute.lower() in WANTED:
                    found[attribute.lower()] = value if isinstance(value, list) else [value]
            yield one.get("dn") or one.get("distinguishedName") or "", found


def main():
    path = sys.argv[1]
    objects = json_lines(path) if path.endswith("jsonl") else ldif(path)
    addresses, names, malformed = defaultdict(set), defaultdict(set), 0
    for name, one in objects:
        for upn in one["userprincipalname"]:
            names[upn.lower()].add(name)
        for proxy in one["proxyaddresses"]:
            kind, _, address = proxy.partition(":")
            if kind.lower() == "smtp":
                addresses[address.lower()].add(name)
                malformed += not ADDRESS.match(address)
    shared = sum(len(holders) > 1 for holders in addresses.values())
    taken = sum(len(holders) > 1 for holders in names.values())
    print(f"{shared} addresses and {taken} user principal names on several objects, {malformed} malformed addresses")


main()
