"""What the plans of one split test, in words."""

from __future__ import annotations

from typing import Final

TESTED: Final = {
    "given": "the given test file",
    "ds1-ds2": "the records of DS2 (de Chazal et al., 2004)",
    "by-beat": "a draw of one beat in five",
}
"""Kind of plan to where its test cases come from."""
