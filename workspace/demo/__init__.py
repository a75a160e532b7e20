"""The demo firm 锦程装饰集团: its people, its ledger, and what happened lately. Dates are relative to today."""
