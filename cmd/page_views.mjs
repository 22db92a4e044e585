// How a page is looked at: at three widths and with dark colours, and what axe-core finds there: all its rules at first, and
// then those that another width or other colours can break.
import { readFileSync } from "node:fs";

const NARROW = ["scrollable-region-focusable"], COLOURS = ["color-contrast", "link-in-text-block"];
const VIEWS = [[1280, 720, "light", null], [800, 900, "light", NARROW], [360, 740, "light", NARROW], [1280, 720, "dark", COLOURS]];

/* Shows the page in each view and says what is wrong there; picture(view) is called before axe-core looks. */
export async function lookAt(page, require, say, picture) {
    const axe = readFileSync(require.resolve("axe-core"), "utf8");
    for (const [width, height, scheme, rules] of VIEWS) {
        await page.setViewport({ width, height });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await picture(`${width}-${scheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width)
            say(`${wide} pixels wide in a window of ${width}`);
        if (!(await page.evaluate(() => "axe" in globalThis)))
            await page.evaluate(axe);
        const { violations } = await page.evaluate((rules) => globalThis.axe.run(rules ? { runOnly: rules } : {}), rules);
        violations.forEach((v) => say(`axe, ${width} ${scheme}: ${v.id}: ${v.nodes[0].html.slice(0, 120)}`));
    }
}
