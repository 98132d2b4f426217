"""The documentation page of the audit, docs/audit.md: what the rules say of themselves, and how they are set."""

from __future__ import annotations

from jixiao.audit.rules import RULES
from mappings.loader import default_mappings

HEAD = """# The audit

<!-- Made by `python docs/refresh.py` from the rules in jixiao/audit/rules; change their docstrings and make it again. -->

`jixiao audit DATASET` looks for what a careful auditor would find, and `jixiao audit FILE...` does so in files without a dataset.
A rule speaks only where the figures were read for sure and do not agree. What it could not compare is *not checked*: counted,
listed with the reason (`--not-checked`, a sheet of the workbook), and never taken for fine.

- **Rounding.** Sums may differ by what the rounding of the printed decimals explains: half a last decimal for each figure that
  prints any. Whole numbers are exact; where rounding to whole numbers would explain a difference, it is not checked. A zero is
  exact.
- **元 and 万元.** Every sum is compared in 万元. Where a sum would agree if one figure were in the other unit, the finding says so.
- **Doubt.** A row that was recognised or pieced together with a confidence below 0.85 is not judged.
- **Severity.** `error`: figures contradict each other. `warning`: a careful reader asks. `info`: a note, which does not change
  the exit code.
- **Settings.** `mappings/rules.csv` switches rules, sets severities and holds the words that a rule goes by; `--mappings FOLDER`
  takes another one.
- **Waivers.** `jixiao audit DATASET --waive FINDING --reason TEXT` adds a line to `waivers.csv` in the dataset. The name of a
  finding is made of its rule, source, rows and figures: it stays over a new ingest, and a finding whose figures change is open
  again.
- **Output.** `-o FILE.csv`, `.xlsx`, or `.html` with the picture of each place (`--sources FOLDER` says where the files are). A
  dataset keeps all findings in its table `findings`, unless only some rules, cities or years were asked for.
- **Exit code.** 1 where anything but notes was found and not waived, else 0.
"""


def audit_page() -> str:
    """The whole page in Markdown."""
    settings = default_mappings().rules
    index = "\n".join(f"| [`{rule.code}`](#{rule.code}) | {settings[rule.code].severity} | {rule.doc.splitlines()[0]} |" for rule in RULES)
    parts = [HEAD, f"| rule | severity | what it finds |\n| --- | --- | --- |\n{index}\n"]
    for rule in RULES:
        setting = settings[rule.code]
        words = "".join(f"- `{name}`: {value.replace('|', ' ')}\n" for name, value in setting.parameters.items())
        parts.append(
            f"## {rule.code}\n\n*{setting.severity}{'' if setting.on else ', off'}.* {rule.doc}\n" + (f"\n{words}" if words else "")
        )
    return "\n".join(parts)
