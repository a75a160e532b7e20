"""The list of customers: filters, saved views, columns, bulk acts and export, all of it said in the query string."""
