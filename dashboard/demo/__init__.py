"""A demo company whose story the pages can tell, the same for the same seed, date and size.

What there is to find, beside a business that grows, churns and returns:

1. **Health leads renewal.** A hidden state decides who leaves, and a coming loss shows in the
   scores over the half year before it. Red accounts churn far more often than amber and green
   ones, with noise: some leave while green, and most red ones renew.
2. **Northwind Logistics**, an Enterprise account with one of the largest renewals, is due next
   quarter. Its executive sponsor left four months ago (an External risk and a note on the
   timeline): engagement fell first, sentiment and NPS weeks later, and no executive has been seen
   since.
3. **One CSM is overloaded.** A colleague in Enterprise left five months ago and nearly the whole
   book went to one person, whose ARR is now above the usual band and whose accounts' engagement
   falls.
4. **Small Business is stuck in onboarding.** Most of those won within the last eleven months
   never finished it; little is deployed.
5. **End users and decision-makers part ways** in Mid-Market: over the last year end users' NPS
   collapses while decision-makers stay content.
6. **One manager rates too kindly**; the calibrated ratings take a part of it back. Some people
   have no action plan.
7. **Expansion is in motion**: open sales in every forecast category, some changed within the last
   week, and a few without an amount, an account or a day.

Smaller ones: customers who did the key behaviours early stay more often, digital programmes work
better than their control arm, two renewals in a hundred wait past their day, a handful of
movements was booked a month late, and a few accounts have no CSM or share a name.
"""

from dashboard.demo.company import build_demo

__all__ = ["build_demo"]
