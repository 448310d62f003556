"""Writes what would break a page, a terminal or a template that trusted it, then fails of an exception like it."""

import sys

# Text that a browser, a template engine or a terminal would obey; each stands on a line of its own.
LINES = (
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "</li></ol></section></main><script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script></style><style>* { display: none }</style>",
    "{{ 7 * 7 }} {% raw %} {# gone #}",
    "&lt;b&gt; &amp; ]]> <!-- <![CDATA[",
    "\" onmouseover=\"document.title='owned'\" '",
    "javascript:document.title='owned'",
)


class Hostile(Exception):
    """Its message is one."""


if __name__ == "__main__":
    for line in LINES:
        print(line)
    print("\x1b[31mred\x1b[0m \x1b]0;owned\x07title \x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\")
    print("backwards \u202etxt.exe\u202c and \u200bnothing \u2066inside\u2069")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"broken \xff\xfe\xed\xa0\x80 bytes \x00\x01\x1b\n")
    sys.stdout.flush()
    raise Hostile(LINES[0])
