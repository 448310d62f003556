"""Thousands of runs in bad weather, and then the books: what was due, what the server has, what is missing.

`python -m tests.soak` (or `make soak`) runs it whole, tests/delivery/test_soak.py a smaller one. The pieces:

    weather.py   what the server answers and how full the disk is, changing every few seconds
    mischief.py  kills, stops and ends the `deliver` at work, now and then
    job.py       one run: a small command under sentinel-run, whose wrapper may be killed
    ledger.py    what is due and what has come
"""
