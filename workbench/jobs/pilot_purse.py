"""The pilot's purse: every call is put aside before it is made, and the last one that fits is the last one made."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

from workbench.jobs.pilot_folder import BudgetSpent, PilotFolder
from workbench.operations.rates import VendorPrice


class PilotPurse:
    """What one engine spends of a pilot's budget; engines of one pilot share it through its journal.

    A call is dear as the dearest image of the price list: free images and later tiers make it cheaper, never dearer.
    What a killed process had put aside stays spent, because nobody knows whether it was billed.
    """

    _lock = threading.Lock()

    def __init__(self, folder: PilotFolder, engine: str, price: VendorPrice | None, budget_eur: float) -> None:
        self.folder, self.engine, self.budget_eur = folder, engine, budget_eur
        self.per_call = dearest_image(price)
        self._spent = folder.spent_eur()

    def reserve(self) -> None:
        """Put a call aside.

        Raises:
            BudgetSpent: The budget does not hold it.
        """
        if self.per_call == 0.0:
            return
        with self._lock:
            if self._spent + self.per_call > self.budget_eur + 1e-9:
                raise BudgetSpent(
                    f"€{self._spent:.2f} of €{self.budget_eur:.2f} are spent, a call of {self.engine} may cost "
                    f"€{self.per_call:.2f}", where="budget",
                )  # fmt: skip
            self._spent += self.per_call
            self._note(self.per_call)

    def give_back(self) -> None:
        """The last call cost nothing."""
        if self.per_call == 0.0:
            return
        with self._lock:
            self._spent -= self.per_call
            self._note(-self.per_call)

    def _note(self, eur: float) -> None:
        self.folder.add_line("calls.jsonl", {"at": datetime.now(UTC).isoformat(), "engine": self.engine, "eur": eur})


def dearest_image(price: VendorPrice | None) -> float:
    """The most one image can cost by a price list; what is paid by the month is no cost of a call."""
    if price is None:
        return 0.0
    return price.per_image + max((tier.per_image for tier in price.tiers), default=0.0)


def today() -> date:
    """The day whose prices count."""
    return datetime.now(UTC).date()
