// page_check MAILWHY NODE_MODULES OUT: looks at the HTML reports of the golden cases with a real browser. Each at 1280, 800 and
// 360 pixels and with dark colours: nothing on the console, no request, nothing wider than the window, no violation that
// axe-core finds, no live link, no script from a mail, and nothing that folds out of reach of the keyboard. The answer is on the
// first screen, and a mail prints on two pages. OUT gets the pictures. Then the W3C's checker reads them all.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lookAt } from "./page_views.mjs";

const [binary, modules, out] = process.argv.slice(2).map((p) => resolve(p));
const require = createRequire(join(modules, "package.json"));
const puppeteer = require("puppeteer-core");
const cases = join(dirname(fileURLToPath(import.meta.url)), "..", "testdata", "cases");
const LOOKED_AT = /^(whole-|hostile-|page-|bounce-(dmarc|full|many)|receivers-|spf-|predicted-same|dmarc-two)/;
const wrong = [];

function write(name) {
    const folder = join(cases, name), read = (f) => (existsSync(join(folder, f)) ? readFileSync(join(folder, f), "utf8") : "");
    const args = read("args").split("\n").filter((l) => l && !l.startsWith("#"));
    if (!existsSync(join(folder, "message.eml")) || args.some((a) => /^--(reply|explain|show-queries|check-reply|format)/.test(a)))
        return null;
    if (!args.some((a) => a.startsWith("--now")))
        args.unshift("--now", "2026-11-22T12:00:00Z");
    if (read("dns.zone"))
        args.unshift("--zone", "dns.zone");
    const p = spawnSync(binary, ["--format", "html", ...args, "message.eml"], { cwd: folder, encoding: "utf8" });
    if (!p.stdout) {
        wrong.push(`${name}: no page: ${p.stderr}`);
        return null;
    }
    const path = join(out, `${name}.html`);
    writeFileSync(path, p.stdout);
    return path;
}

const SEVERAL = "several-mails";
const PATIENCE = 180000;

function writeSeveral() {
    const files = ["whole-dmarc-reject", "bounce-dmarc", "hostile-names", "page-hostile", "whole-list-footer"].map((n) => `${n}/message.eml`);
    const path = join(out, `${SEVERAL}.html`);
    spawnSync(binary, ["--format", "html", "--no-dns", "--now", "2026-11-22T12:00:00Z", "-o", path, ...files, "nowhere.eml"], { cwd: cases });
    return [SEVERAL, path];
}

/* What a reader sees first, on paper, and without a mouse. */
async function checkUse(page, name, say) {
    const bottom = await page.evaluate(() => document.querySelector(".verdict").getBoundingClientRect().bottom);
    if (name !== SEVERAL && bottom > 720)
        say(`the answer ends at ${Math.round(bottom)} of 720 pixels`);
    const folded = await page.evaluate(() => document.querySelectorAll("summary").length);
    const reached = await page.evaluate(() => [...document.querySelectorAll("summary")].filter((s) => (s.focus(), document.activeElement === s)).length);
    if (folded !== reached)
        say(`the keyboard reaches ${reached} of ${folded} folds`);
    const pdf = Buffer.from(await page.pdf({ format: "A4", timeout: PATIENCE })).toString("latin1");
    const sheets = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
    if (name.startsWith("whole-") && sheets > 2)
        say(`prints on ${sheets} pages`);
}

async function look(browser, name, path) {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const say = (text) => wrong.push(`${name}: ${text}`);
    await page.setBypassCSP(true); // for axe alone
    page.on("console", (m) => say(`console: ${m.text()}`));
    page.on("pageerror", (e) => say(`error: ${e}`));
    page.on("request", (r) => r.url() !== `file://${path}` && say(`asks for ${r.url()}`));
    await page.goto(`file://${path}`);
    const live = await page.evaluate(() => [...document.querySelectorAll("[href],[src],[action],script,iframe,object,form")]
        .filter((e) => !(e.getAttribute("href") ?? "").startsWith("#")).map((e) => e.outerHTML.slice(0, 80)));
    live.forEach((e) => say(`is live: ${e}`));
    await page.setViewport({ width: 1280, height: 720 });
    await checkUse(page, name, say);
    await lookAt(page, require, say, async (view) => {
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = false)));
        await page.screenshot({ path: join(out, `${name}-${view}.png`) });
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    });
    await page.close();
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const pages = readdirSync(cases).filter((n) => LOOKED_AT.test(n)).map((n) => [n, write(n)]).filter(([, p]) => p).concat([writeSeveral()]);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
try {
    for (const [name, path] of pages)
        await look(browser, name, path);
} finally {
    await browser.close();
}
try {
    execFileSync("java", ["-jar", join(modules, "node_modules/vnu-jar/build/dist/vnu.jar"), "--errors-only", ...pages.map(([, p]) => p)],
        { encoding: "utf8", stdio: "pipe" });
} catch (e) {
    wrong.push(`W3C checker: ${e.stderr}`);
}
console.log(wrong.join("\n") || `page_check: ${pages.length} pages are fine`);
process.exit(wrong.length || !pages.length ? 1 : 0);
