"""Colours: high contrast is what it says, 256 colours keep panels apart, no colour is really none."""

from __future__ import annotations

import pytest
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from ror_tui import themes
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.nearest_filter import PALETTE, NearestFilter, nearest
from ror_tui.settings import Settings
from tests.tui.conftest import ENDPOINT, sign_in, until
from tests.world import World

AAA, AA = 7.0, 4.5
GROUNDS = ("background", "surface", "panel")


def texts(theme: Theme) -> dict[str, str]:
    """Give every colour that a text of ours may take in a theme."""
    variables = theme.to_color_system().generate()
    names = [name for name in variables if name.startswith("text-") and name != "text-disabled"]
    return {name: variables[name] for name in [*names, "foreground", "primary", "accent"]}


def contrast(theme: Theme, color: str, ground: str) -> float:
    """Give the WCAG ratio of a text on a ground; a text that is partly clear is laid on it first."""
    variables = theme.to_color_system().generate()
    below = Color.parse(variables[ground])
    clear = float(color.split()[1].rstrip("%")) / 100 if color.startswith("auto ") else None
    text = Color.parse(color) if clear is None else below.get_contrast_text(clear)
    return _ratio(below, below + text)


def _ratio(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_of_the_high_contrast_theme_is_aaa(ground: str) -> None:
    low = {name: contrast(themes.CONTRASTE, color, ground) for name, color in texts(themes.CONTRASTE).items()}
    assert {name: round(ratio, 1) for name, ratio in low.items() if ratio < AAA} == {}


@pytest.mark.parametrize("theme", [themes.SOMBRE, themes.CLAIR], ids=["sombre", "clair"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_of_the_other_themes_is_aa(theme: Theme, ground: str) -> None:
    low = {name: contrast(theme, color, ground) for name, color in texts(theme).items()}
    assert {name: round(ratio, 1) for name, ratio in low.items() if ratio < AA} == {}


@pytest.mark.parametrize("theme", [themes.SOMBRE, themes.CLAIR], ids=["sombre", "clair"])
def test_grounds_stay_apart_in_256_colours(theme: Theme) -> None:
    variables = theme.to_color_system().generate()
    rgb = [Color.parse(variables[ground]).rgb for ground in GROUNDS]
    assert len({nearest(one) for one in rgb}) == len(GROUNDS)


def test_a_colour_of_the_palette_is_itself() -> None:
    assert all(PALETTE[nearest(rgb)] == rgb for rgb in PALETTE.values())


def test_only_exact_colours_are_replaced() -> None:
    exact, own, none = Style.parse("bold #10151c on #222c39"), Style.parse("red on blue"), None
    lines = [Segment("a", exact), Segment("b", own), Segment("c", none)]
    first, second, third = NearestFilter().apply(lines, Color(0, 0, 0))
    assert first.style is not None
    assert first.style.bold
    assert first.style.color is not None
    assert first.style.color.type is ColorType.EIGHT_BIT
    assert (second.style, third.style) == (own, none)


@pytest.mark.parametrize("key", ["down", "t", "ctrl+p"])
async def test_without_colour_what_is_current_is_reversed(
    region: World, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = RorApp(Settings(theme="ansi"), ENDPOINT)
    app.client = RorClient(ENDPOINT, transport=region.http._transport)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(app, pilot, "referent.hopital")
        await pilot.press(key)
        await until(pilot, lambda: bool(reversed_texts(app)))
        assert not coloured(app)


def drawn(app: RorApp) -> list[Segment]:
    """Give all that is drawn, as it goes to the terminal."""
    strips = app.screen._compositor.render_strips()
    lines: list[list[Segment]] = [list(strip) for strip in strips]
    for line_filter in app.get_line_filters():
        lines = [line_filter.apply(line, Color(0, 0, 0)) for line in lines]
    return [segment for line in lines for segment in line]


def reversed_texts(app: RorApp) -> list[str]:
    """Give the texts that are drawn in reverse."""
    return [one.text for one in drawn(app) if one.style and one.style.reverse and one.text.strip()]


def coloured(app: RorApp) -> list[str]:
    """Give the texts that are drawn in a colour."""
    styles = [(one.text, one.style) for one in drawn(app) if one.style]
    return [
        text for text, style in styles if any(color and not color.is_default for color in (style.color, style.bgcolor))
    ]
