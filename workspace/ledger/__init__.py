"""Moving in: a firm's own ledger, read as it is, planned row by row, applied through the ordinary actions.

Reading (this side knows no database): ``archive`` → ``reading`` → ``sheets`` → ``columns`` → ``cells`` → ``rows``.
"""
