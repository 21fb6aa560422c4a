"""The list of roles for people, made from the policy table and from the server's own routes.

python -m workbench.tasks.roles      write docs/security/roles.md
./lodge check roles                  fail where it is not what the policy says
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from cloud_api.http.access import Access, declared_routes
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import SUMMARIES, Role
from cloud_api.policy.table import RULES, Rule
from cloud_api.serving import describe_http
from workbench.tasks.gate import Findings
from workbench.tasks.tree import CHECKOUT

TARGET = Path("docs", "security", "roles.md")
_MADE_BY = "python -m workbench.tasks.roles"
_BEGINNING = """# Roles

Made from the policy table (`cloud_api/policy/table.py`) and the server's routes by `{made_by}`; `./lodge check roles`
compares. What each role may ask is also written by hand in [roles.toml](roles.toml), and every role is tried on every
route against that.

A person bears one role or several. Owner and admin are for the whole organisation. Each other role is for all
locations, those to come included, or for chosen ones: then boards, searches, lists, pages and photos hold what is there
and nothing else. What is elsewhere is answered as if it were not there (404); what a role does not allow at all is
refused (403), and noted in the operator's security log. A route that declares nothing keeps the server from starting.

An organisation has at least one owner: the last can neither be removed nor lay the role down, and the ownership is
handed on, never given as a role. Nobody gives a role above their own or outside of their locations, and nobody raises
themselves.

## What each is for

{summaries}

## Who may do what

**yes**: at the locations of the role · **all**: only where the role is for all locations · **own**: visits to the
person themselves · empty: no

{table}

## What each page asks for

{pages}
"""


def render() -> str:
    """The document."""
    return _BEGINNING.format(
        made_by=_MADE_BY,
        summaries="\n".join(f"- **{role.label}**: {SUMMARIES[role]}" for role in Role),
        table=_table(),
        pages=_pages(),
    )


def check_roles(root: Path) -> Findings:
    """Compare what is stored with what the policy says."""
    stored = root / TARGET
    if stored.is_file() and stored.read_text(encoding="utf-8") == render():
        return Findings(())
    return Findings((f"{TARGET}: differs from what the policy says; run {_MADE_BY}",))


def main() -> int:
    """Write the document."""
    target = CHECKOUT / TARGET
    target.parent.mkdir(exist_ok=True)
    target.write_text(render(), encoding="utf-8")
    print(f"{TARGET} written")
    return 0


def _table() -> str:
    head = " | ".join(["Permission", "What it allows", *(role.label for role in Role)])
    lines = [f"| {head} |", "|---|---|" + ":-:|" * len(Role)]
    for rule in RULES:
        cells = " | ".join([f"`{rule.permission.value}`", rule.act, *(_cell(rule, role) for role in Role)])
        lines.append(f"| {cells} |")
    return "\n".join(lines)


def _cell(rule: Rule, role: Role) -> str:
    if role not in rule.roles:
        return ""
    if role in rule.own:
        return "own"
    return "yes" if rule.bounded or role.everywhere else "all"


def _pages() -> str:
    asked: dict[Access, list[str]] = defaultdict(list)
    for route in declared_routes(describe_http()):
        asked[route.access].append(f"`{route.method} {route.path}`")
    lines = ["| Asks for | Routes |", "|---|---|"]
    for access in (*Permission, "signed-in", "public", "device"):
        routes = ", ".join(asked.get(access, [])) or "no page yet"
        name = f"`{access}`" if isinstance(access, Permission) else access
        lines.append(f"| {name} | {routes} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
