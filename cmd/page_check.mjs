// page_check MAILWHY NODE_MODULES OUT [PICTURES]: looks at the HTML reports of the golden cases. Every one is valid by the W3C's
// checker and has no live link and no script from a mail. Those that between them hold every kind of thing (page_kinds.mjs)
// are looked at with a real browser, at 1280, 800 and 360 pixels and with dark colours: nothing on the console, no request,
// nothing wider than the window, no violation that axe-core finds, and nothing that folds out of reach of the keyboard. The
// answer is on the first screen, and a mail prints on two pages. With PICTURES, OUT gets them.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { choose, isMarkup, liveIn } from "./page_kinds.mjs";
import { launch, lookAt, unfold } from "./page_views.mjs";

const [binary, modules, out] = process.argv.slice(2, 5).map((p) => resolve(p)), pictures = process.argv[5];
const require = createRequire(join(modules, "package.json"));
const cases = join(dirname(fileURLToPath(import.meta.url)), "..", "testdata", "cases");
const wrong = [];
const pathOf = (name) => join(out, `${name}.html`);

const SEVERAL = "several-mails", WHOLE = "whole-";
const PATIENCE = 180000;
const NOW = ["--now", "2026-11-22T12:00:00Z"];

/* What mailwhy is asked for a case, where its answer is a report. */
function questionOf(name) {
    const folder = join(cases, name), read = (f) => (existsSync(join(folder, f)) ? readFileSync(join(folder, f), "utf8") : "");
    const args = read("args").split("\n").filter((l) => l && !l.startsWith("#"));
    if (!existsSync(join(folder, "message.eml")) || args.some((a) => /^--(reply|explain|show-queries|check-reply|format)/.test(a)))
        return null;
    return { name, folder, args: [...(read("dns.zone") ? ["--zone", "dns.zone"] : []), ...(args.some((a) => a.startsWith("--now")) ? [] : NOW), ...args, "message.eml"] };
}

/* Several mails of which one is missing, on one page. */
const several = { name: SEVERAL, folder: cases, args: ["--no-dns", ...NOW,
    ...["whole-dmarc-reject", "bounce-dmarc", "hostile-names", "page-hostile", "whole-list-footer"].map((n) => `${n}/message.eml`), "nowhere.eml"] };

/* Writes all pages by one shell, which starts a program quicker than Node.js; gives their texts by name. */
function writeAll(questions) {
    const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
    const lines = questions.map(({ name, folder, args }) => `cd ${quote(folder)}; ${[binary, "--format", "html", ...args].map(quote).join(" ")} </dev/null >${quote(pathOf(name))}`);
    const { stderr } = spawnSync("sh", { input: lines.join("\n"), encoding: "utf8" });
    const pages = new Map(questions.map(({ name }) => [name, readFileSync(pathOf(name), "utf8")]));
    pages.forEach((html, name) => html || wrong.push(`${name}: no page: ${stderr}`));
    return pages;
}

/* What a reader sees first, on paper, and without a mouse. */
async function checkUse(page, name) {
    const bottoms = await page.evaluate(() => [...document.querySelectorAll(".verdict")].map((v) => v.getBoundingClientRect().bottom));
    if (bottoms.length < 2 && !(bottoms[0] <= 720))
        say(`the answer ends at ${Math.round(bottoms[0])} of 720 pixels`);
    const folded = await page.evaluate(() => document.querySelectorAll("summary").length);
    const reached = await page.evaluate(() => [...document.querySelectorAll("summary")].filter((s) => (s.focus(), document.activeElement === s)).length);
    if (folded !== reached)
        say(`the keyboard reaches ${reached} of ${folded} folds`);
    if (!name.startsWith(WHOLE))
        return;
    const pdf = Buffer.from(await page.pdf({ format: "A4", timeout: PATIENCE })).toString("latin1");
    const sheets = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
    if (sheets > 2)
        say(`prints on ${sheets} pages`);
}

let seen = ""; // what the tab shows
const say = (text) => wrong.push(`${seen}: ${text}`);

async function open(browser) {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.setBypassCSP(true); // for axe alone
    page.on("console", (m) => say(`console: ${m.text()}`));
    page.on("pageerror", (e) => say(`error: ${e}`));
    page.on("request", (r) => r.url() !== `file://${pathOf(seen)}` && say(`asks for ${r.url()}`));
    return page;
}

async function look(page, name, withRules) {
    seen = name;
    await page.setViewport({ width: 1280, height: 720 });
    await page.goto(`file://${pathOf(name)}`);
    const live = await page.evaluate(() => [...document.querySelectorAll("[href],[src],[action],script,iframe,object,form")]
        .filter((e) => !(e.getAttribute("href") ?? "").startsWith("#")).map((e) => e.outerHTML.slice(0, 80)));
    live.forEach((e) => say(`is live: ${e}`));
    await checkUse(page, name);
    await unfold(page, true);
    await lookAt(page, withRules && require, say, pictures && (async (view) => {
        await unfold(page, false);
        await page.screenshot({ path: join(out, `${name}-${view}.png`) });
        await unfold(page, true);
    }));
}

/* All by the W3C's checker, in one run; its Java is to start soon, not to run long. */
function checkMarkup(paths) {
    const java = ["-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", join(modules, "node_modules/vnu-jar/build/dist/vnu.jar")];
    try {
        execFileSync("java", [...java, "--errors-only", ...paths], { encoding: "utf8", stdio: "pipe" });
    } catch (e) {
        wrong.push(`W3C checker: ${e.stderr}`);
    }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const pages = writeAll([...readdirSync(cases).map(questionOf).filter(Boolean), several]);
pages.forEach((html, name) => liveIn(html).forEach((tag) => wrong.push(`${name}: is live: ${tag}`)));
const { chosen, all } = choose(pages, [SEVERAL, ...[...pages.keys()].filter((n) => n.startsWith(WHOLE))]);
const browser = await launch(require);
try {
    const page = await open(browser);
    for (const [name, adds] of chosen)
        await look(page, name, adds.some(isMarkup));
} finally {
    await browser.close();
}
checkMarkup([...pages.keys()].map(pathOf));
console.log(wrong.join("\n") || `page_check: ${pages.size} pages are fine, ${chosen.size} of them with all ${all} kinds of things in a browser`);
process.exit(wrong.length ? 1 : 0);
