"""People in, engine out: the `dateline` command and the web chat.

A question and its filters flow in; the engine's stream of events flows out as text in a terminal
(`cli`) or as a page in a browser (`app`, which draws what the pure functions of `render` return).
"""

__all__: list[str] = []  # entered by module: `ui.cli`, `ui.app`
