"""What a reader would notice on any page: something cut, faint, unnamed, or out of reach."""

import re
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

NOT_OURS = {"list": "stSidebarNavItems", "listitem": "<li class=", "svg-img-alt": "mark container"}
"""By rule of axe what is drawn by others: Streamlit's menu of a telephone is a list with groups
between, and Vega gives a layer of decoration no name."""
MOST_CONTROLS = 250


def assert_shown(page: Page, charts: int | None) -> None:
    """Every exhibit has a finding with a number, every chart is drawn; ``charts`` if known."""
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.get_by_text("could not be drawn").count() == 0
    titles = page.locator("h3.finding").all_inner_texts()
    assert titles or page.locator("[data-testid=stAlert]").count()
    assert all(re.search(r"\d|No |Nobody|agree", title) for title in titles), titles
    drawn = page.locator("[data-testid=stVegaLiteChart] svg")
    if charts is None:
        charts = page.locator("[data-testid=stVegaLiteChart]").count()
    expect(drawn).to_have_count(charts, timeout=15_000)
    for chart in drawn.all():
        assert chart.locator("path[aria-label], text").count() > 3


def assert_fits(page: Page, view: str) -> None:
    """Nothing needs scrolling sideways."""
    page.wait_for_function(CHARTS_ARE_AS_WIDE_AS_THEIR_CARDS, timeout=15_000)
    sideways = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not sideways, f"{view} scrolls sideways at {page.viewport_size}"


def assert_nothing_is_cut(page: Page, view: str) -> None:
    """No axis label, no legend and no text of a chart ends outside of it."""
    cut = _in_the_end(page, CUT)
    assert not cut, f"{view} at {page.viewport_size}: {cut}"


def assert_accessible(page: Page) -> None:
    """Axe finds nothing serious that is ours (WCAG 2.2 AA), and what it does not look at is well.

    That is the text inside charts, which axe does not measure, and the words for a chart: they say
    its finding, and its card has its rows as a table.
    """
    found = Axe().run(page)
    serious = [
        f"{each['id']}: {node['html'][:200]}"
        for each in found.response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
        if NOT_OURS.get(each["id"], "nothing") not in node["html"]
    ]
    assert not serious, "\n".join(serious)
    assert not _in_the_end(page, FAINT)
    assert not page.evaluate(UNTOLD)


def assert_reached_by_keyboard(page: Page) -> None:
    """Tab alone comes to every control, in the order of the page, is seen there, and leaves it."""
    page.evaluate(WATCH_FOCUS)
    for pressed in range(1, MOST_CONTROLS):
        page.keyboard.press("Tab")
        if pressed % 10 == 0 and page.evaluate(CAME_ROUND):
            break
    found = page.evaluate(WALKED)
    walked = found.pop("walked")
    assert walked > 10
    wanted = {"comes_round": True, "missed": [], "out_of_order": [], "not_seen": []}
    assert found == wanted, found


def _in_the_end(page: Page, what: str, seconds: float = 6) -> object:
    """What is found after a while: a chart is drawn anew where the window changes."""
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(what)) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    return found


CHARTS_ARE_AS_WIDE_AS_THEIR_CARDS = """
() => [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg')].every(
    svg => svg.getBoundingClientRect().right <= window.innerWidth + 1)
"""
CUT = """
() => [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg')]
    .flatMap(svg => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const each = text.getBoundingClientRect();
            return each.width > 0 && getComputedStyle(text).opacity !== '0'
                && (each.left < box.left - 3 || each.right > box.right + 3
                    || each.top < box.top - 3 || each.bottom > box.bottom + 3);
        }).map(text => text.textContent);
    })
"""
FAINT = r"""
() => {
    const parts = colour => {
        const [r, g, b, a] = colour.match(/[\d.]+/g).map(Number);
        return [r, g, b, a ?? 1];
    };
    const over = (top, below, a) => [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a));
    const luminance = colour => [0, 1, 2].map(i => colour[i] / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const contrast = (one, other) => {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + .05) / (dark + .05);
    };
    const ground = element => {
        for (let each = element; each; each = each.parentElement) {
            const colour = parts(getComputedStyle(each).backgroundColor);
            if (colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const faint = [];
    for (const svg of document.querySelectorAll("[data-testid=stVegaLiteChart] svg")) {
        const paper = ground(svg.parentElement);
        const marks = [...svg.querySelectorAll("path")].map(mark => [mark, getComputedStyle(mark)])
            .filter(([, style]) => /^rgb/.test(style.fill) && style.opacity !== "0");
        for (const text of svg.querySelectorAll("text")) {
            const style = getComputedStyle(text), box = text.getBoundingClientRect();
            if (!box.width || !/^rgb/.test(style.fill) || style.opacity === "0") continue;
            const x = box.left + box.width / 2, y = box.top + box.height / 2;
            let below = paper;
            for (const [mark, look] of marks) {
                const each = mark.getBoundingClientRect();
                if (x < each.left || x > each.right || y < each.top || y > each.bottom
                    || !(mark.compareDocumentPosition(text) & 4)) continue;
                const point = new DOMPoint(x, y).matrixTransform(mark.getScreenCTM().inverse());
                if (!mark.isPointInFill(point)) continue;
                const colour = parts(look.fill);
                below = over(colour, below, colour[3] * look.fillOpacity * look.opacity);
            }
            const colour = parts(style.fill);
            // What the chart says to whoever listens has no colour.
            if (text.closest("[aria-roledescription=title]")) continue;
            const ink = over(colour, below, colour[3] * style.fillOpacity * style.opacity);
            const ratio = contrast(ink, below);
            if (ratio < 4.5) faint.push(
                `${text.textContent}: ${ratio.toFixed(2)}, ${style.fill} on ${below}`);
        }
    }
    return faint;
}
"""
"""Text in charts with a contrast of less than 4.5 to what is drawn below its middle."""
UNTOLD = """
() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].filter(chart => {
    const card = chart.closest("[class*=st-key-card_]");
    const finding = card?.querySelector("h3.finding")?.innerText;
    const words = [chart.parentElement, chart, ...chart.querySelectorAll("[aria-label]")];
    const told = words.some(each => finding && each.ariaLabel === `Title text '${finding}'`);
    const table = [...card?.querySelectorAll("button") ?? []].some(
        each => each.innerText.trim() === "Table" && !each.disabled);
    return !told || !table;
}).map(chart => chart.outerHTML.slice(0, 300))
"""
WATCH_FOCUS = """
() => {
    const look = element => {
        const looks = [];
        for (let each = element, n = 0; each && n < 5; each = each.parentElement, n++) {
            const style = getComputedStyle(each);
            looks.push(style.outlineStyle, style.outlineWidth, style.boxShadow,
                style.borderColor, style.backgroundColor);
        }
        return looks.join();
    };
    window.came = new Map();
    document.addEventListener("focusin", ({target}) => {
        if (window.came.has(target)) { window.cameRound = true; return; }
        const seen = {focused: look(target)};
        window.came.set(target, seen);
        target.addEventListener(
            "focusout", () => setTimeout(() => seen.left = look(target)), {once: true});
    });
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
}
"""
CAME_ROUND = "window.cameRound || document.activeElement === document.body"
WALKED = """
() => {
    const name = each =>
        `${each.tagName} ${each.getAttribute("aria-label") || each.innerText || each.className}`;
    const shown = each => {
        const box = each.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && getComputedStyle(each).visibility !== "hidden"
            && !each.closest("[aria-hidden=true], [inert], [hidden]")
            // A calendar that opened on the way is a window of its own.
            && each.closest("[data-testid=stApp]");
    };
    const came = [...window.came.keys()];
    // Of a group of choices one is reached, and the arrows lead to the others.
    const reached = each => window.came.has(each)
        || came.some(other => other.closest("[role=radiogroup], [role=toolbar]")
            ?.contains(each))
        || (each.type === "radio" && came.some(other => other.name === each.name));
    // Whoever begins in the middle comes to the first after the last.
    const back = came.filter((each, place) => place
        && !(came[place - 1].compareDocumentPosition(each) & 4)).map(name);
    return {
        walked: came.length,
        comes_round: window.cameRound || document.activeElement === document.body,
        missed: [...document.querySelectorAll(
            "a[href], button, input, select, textarea, summary, [tabindex]")]
            .filter(each => each.tabIndex >= 0 && !each.disabled && shown(each) && !reached(each))
            .map(name),
        out_of_order: back.length > 1 ? back : [],
        not_seen: came.filter(each => {
            const {focused, left} = window.came.get(each);
            return focused === left;
        }).map(name),
    };
}
"""
