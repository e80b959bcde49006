"""The report of a forecast study: verdict, page, charts, run folder."""
