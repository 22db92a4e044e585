// How a page is looked at: in one tab, whose engine stays warm, at three widths and with dark colours, and what axe-core finds
// there: all its rules at first, and then those that another width or other colours can break.
import { readFileSync } from "node:fs";

const NARROW = ["scrollable-region-focusable"], COLOURS = ["link-in-text-block"], CONTRAST = "color-contrast";
const VIEWS = [[1280, 720, "light", null], [800, 900, "light", NARROW], [360, 740, "light", NARROW], [1280, 720, "dark", COLOURS]];
/* What is asked of axe-core: it need not describe what passes, nor look for pages and styles from elsewhere. */
const BRIEF = { resultTypes: ["violations"], selectors: false, elementRef: false, iframes: false, preload: false };

/* A page lives for a second: there is no sense in optimising its script, nor in keeping it to come back to. */
const ARGS = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-back-forward-cache", "--js-flags=--no-opt,--no-maglev"];

export const launch = (require) => require("puppeteer-core").launch({ executablePath: "/usr/bin/chromium", args: ARGS });

/* Opens every fold, or closes it. */
export const unfold = (page, open) => page.evaluate((open) => document.querySelectorAll("details").forEach((d) => (d.open = open)), open);

const contrasts = new Set();

/* What axe-core finds. The contrast is its dearest rule and is measured once for each: a text's colour, size and weight on the
 * grounds of all that encloses it. */
async function violationsIn(options, contrast, known) {
    const seen = new Set(known), name = ({ violations }) => violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
    const found = name(await globalThis.axe.run(options)), once = [], grounds = new Map();
    for (const e of contrast ? document.querySelectorAll("body, body *") : []) {
        const style = getComputedStyle(e);
        const ground = `${grounds.get(e.parentNode) ?? ""} ${style.backgroundColor}${style.backgroundImage}${style.opacity}`.replaceAll(" rgba(0, 0, 0, 0)none1", "");
        grounds.set(e, ground);
        const kind = [style.color, style.fontSize, style.fontWeight, ground].join();
        if (!seen.has(kind) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.checkVisibility()) {
            seen.add(kind);
            once.push(e);
        }
    }
    if (once.length)
        found.push(...name(await globalThis.axe.run({ include: once }, { ...options, runOnly: [contrast], rules: {} })));
    return [found, [...seen]];
}

/* Shows the page in each view and says what is wrong there. axe-core looks if require finds it; picture(view) comes before. */
export async function lookAt(page, require, say, picture) {
    if (require && !(await page.evaluate(() => "axe" in globalThis)))
        await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    for (const [width, height, scheme, rules] of VIEWS) {
        await page.setViewport({ width, height });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await picture?.(`${width}-${scheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width)
            say(`${wide} pixels wide in a window of ${width}`);
        if (!require)
            continue;
        const options = rules ? { ...BRIEF, runOnly: rules } : { ...BRIEF, rules: { [CONTRAST]: { enabled: false } } };
        const [violations, seen] = await page.evaluate(violationsIn, options, rules === NARROW ? "" : CONTRAST, [...contrasts]);
        seen.forEach((kind) => contrasts.add(kind));
        violations.forEach((v) => say(`axe, ${width} ${scheme}: ${v}`));
    }
}
