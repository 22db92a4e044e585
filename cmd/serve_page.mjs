// serve_page SERVE NODE_MODULES OUT [PICTURES]: a real browser at the page of mailwhy-serve. Files of many kinds are dropped on it
// and the reports read; the page, and each report that brings another kind of thing (page_kinds.mjs), is looked at, at three
// widths and with dark colours; the form is used without script and with the keyboard alone. Nothing on the console, no request
// to elsewhere, nothing wider than the window, no violation that axe-core finds. With PICTURES, OUT gets them.
import { spawn } from "node:child_process";
import { deflateRawSync, gzipSync } from "node:zlib";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isMarkup, kindsOf } from "./page_kinds.mjs";
import { launch, lookAt, unfold } from "./page_views.mjs";

const [binary, modules, out] = process.argv.slice(2, 5).map((p) => resolve(p)), pictures = process.argv[5];
const require = createRequire(join(modules, "package.json"));
const testdata = join(dirname(fileURLToPath(import.meta.url)), "..", "testdata");
const read = (...path) => readFileSync(join(testdata, ...path));
const wrong = [];

function crc(data) {
    let c = -1;
    for (const byte of data) {
        c ^= byte;
        for (let k = 0; k < 8; k++)
            c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
    }
    return (c ^ -1) >>> 0;
}

// One file after the other, and the directory behind them.
function zip(files) {
    const parts = [], directory = [];
    let at = 0;
    for (const [name, data] of files) {
        const packed = deflateRawSync(data), head = Buffer.alloc(30), entry = Buffer.alloc(46);
        head.writeUInt32LE(0x04034b50, 0), head.writeUInt16LE(20, 4), head.writeUInt16LE(8, 8), head.writeUInt32LE(crc(data), 14);
        head.writeUInt32LE(packed.length, 18), head.writeUInt32LE(data.length, 22), head.writeUInt16LE(name.length, 26);
        entry.writeUInt32LE(0x02014b50, 0), head.copy(entry, 6, 4, 30), entry.writeUInt32LE(at, 42);
        parts.push(head, Buffer.from(name), packed);
        directory.push(entry, Buffer.from(name));
        at += 30 + name.length + packed.length;
    }
    const end = Buffer.alloc(22), size = directory.reduce((n, b) => n + b.length, 0);
    end.writeUInt32LE(0x06054b50, 0), end.writeUInt16LE(files.length, 8), end.writeUInt16LE(files.length, 10);
    end.writeUInt32LE(size, 12), end.writeUInt32LE(at, 16);
    return Buffer.concat([...parts, ...directory, end]);
}

// A compound file ([MS-CFB]): tree holds a name with contents, or with a tree, each.
function compound(tree) {
    const NONE = 0xffffffff, END = 0xfffffffe, entries = [], sectors = [], fat = [], mini = [], miniFat = [];
    const numbers = (list, room) => Buffer.from(Uint32Array.from({ length: Math.ceil(list.length / room) * room }, (_, i) => list[i] ?? NONE).buffer);
    const store = (data, size, into, table) => {
        const first = table.length, n = Math.ceil(data.length / size);
        for (let i = 0; i < n; i++) {
            into.push(Buffer.concat([data.subarray(i * size, (i + 1) * size), Buffer.alloc(size)], size));
            table.push(i + 1 < n ? first + i + 1 : END);
        }
        return n ? first : END;
    };
    const order = ([a], [b]) => a.length - b.length || (a.toUpperCase() < b.toUpperCase() ? -1 : 1);
    const put = (name, type, contents) => {
        const entry = Buffer.alloc(128), index = entries.push(entry) - 1, text = Buffer.from(`${name}\0`, "utf16le");
        text.copy(entry), entry.writeUInt16LE(text.length, 64), entry[66] = type, entry[67] = 1;
        [68, 72, 76].forEach((at) => entry.writeUInt32LE(NONE, at));
        if (Buffer.isBuffer(contents)) {
            const small = contents.length < 4096;
            entry.writeUInt32LE(small ? store(contents, 64, mini, miniFat) : store(contents, 512, sectors, fat), 116);
            entry.writeUInt32LE(contents.length, 120);
            return index;
        }
        let before = [entry, 76]; // a tree of one branch: each to the right of the one before
        for (const [child, what] of [...contents].sort(order)) {
            const i = put(child, Buffer.isBuffer(what) ? 2 : 1, what);
            before[0].writeUInt32LE(i, before[1]);
            before = [entries[i], 72];
        }
        return index;
    };
    put("Root Entry", 5, tree);
    entries[0].writeUInt32LE(store(Buffer.concat(mini), 512, sectors, fat), 116), entries[0].writeUInt32LE(mini.length * 64, 120);
    while (entries.length % 4)
        entries.push(Buffer.alloc(128));
    const miniAt = store(numbers(miniFat, 128), 512, sectors, fat), directoryAt = store(Buffer.concat(entries), 512, sectors, fat);
    const tables = Math.ceil((sectors.length + 2) / 127), fatAt = sectors.length, head = Buffer.alloc(512, 0xff);
    fat.push(...Array(tables).fill(0xfffffffd));
    Buffer.from("d0cf11e0a1b11ae1", "hex").copy(head), head.fill(0, 8, 76);
    [[24, 0x3e], [26, 3], [28, 0xfffe], [30, 9], [32, 6]].forEach(([at, n]) => head.writeUInt16LE(n, at));
    [[44, tables], [48, directoryAt], [56, 4096], [60, miniAt], [64, Math.ceil(miniFat.length / 128)], [68, END]].forEach(([at, n]) => head.writeUInt32LE(n, at));
    for (let i = 0; i < tables; i++)
        head.writeUInt32LE(fatAt + i, 76 + 4 * i);
    return Buffer.concat([head, ...sectors, numbers(fat, 128)]);
}

// What Outlook makes of a mail when it saves it: the header as it came, and the rest as properties.
function outlook(whole) {
    const [header, ...body] = whole.toString("latin1").replace(/\r?\n/g, "\r\n").split("\r\n\r\n"), wide = (text) => Buffer.from(text, "utf16le");
    const value = (name) => header.match(new RegExp(`^${name}: (.*)`, "m"))?.[1] ?? "";
    const text = [["001A", "IPM.Note"], ["0037", value("Subject")], ["007D", `${header}\r\n`], ["0C1A", value("From")], ["0C1F", value("From").replace(/.*<|>.*/g, "")],
        ["0E04", value("To")], ["1000", body.join("\r\n\r\n")], ["1035", value("Message-ID")]];
    const properties = Buffer.concat([Buffer.alloc(32), ...text.map(([tag, said]) => {
        const row = Buffer.alloc(16);
        row.writeUInt16LE(0x1f, 0), row.writeUInt16LE(parseInt(tag, 16), 2), row.writeUInt32LE(6, 4), row.writeUInt32LE(2 * said.length + 2, 8);
        return row;
    })]);
    return compound([["__properties_version1.0", properties], ...text.map(([tag, said]) => [`__substg1.0_${tag}001F`, wide(said)]),
        ["__nameid_version1.0", [["__substg1.0_00020102", Buffer.alloc(16)], ["__substg1.0_00030102", Buffer.alloc(0)], ["__substg1.0_00040102", Buffer.alloc(0)]]],
        ["__recip_version1.0_#00000000", [["__properties_version1.0", Buffer.alloc(8)], ["__substg1.0_3001001F", wide(value("To"))], ["__substg1.0_39FE001F", wide(value("To"))]]]]);
}

const mail = read("demo", "message.eml"), header = mail.subarray(0, mail.indexOf("\n\n") < 0 ? mail.indexOf("\r\n\r\n") : mail.indexOf("\n\n"));
const unix = mail.toString("latin1").replace(/\r\n/g, "\n");
const KINDS = [ // file, contents, what the page says
    ["message.eml", mail, "REJECTED"],
    ["bounce.eml", read("cases", "bounce-dmarc", "message.eml"), "Letters to copy"],
    ["two.zip", zip([["a.eml", mail], ["b.eml", read("cases", "whole-list-footer", "message.eml")]]), "2 mails"],
    ["box.mbox", Buffer.from(`From a@example.org Fri Nov 20 14:00:00 2026\n${unix}\nFrom b@example.org Fri Nov 20 15:00:00 2026\n${unix}`, "latin1"), "2 mails"],
    ["outlook.msg", outlook(mail), "REJECTED"],
    ["names.zip", zip([['"><img src=x onerror=alert(1)>.eml', mail], ["</section><script>alert(2)</script>{saves}.eml", mail]]), "2 mails"],
    ["message.eml.gz", gzipSync(mail), "REJECTED"],
    ["apple.emlx", Buffer.concat([Buffer.from(`${mail.length}\n`), mail, Buffer.from('<?xml version="1.0"?><plist version="1.0"><dict/></plist>\n')]), "REJECTED"],
    ["headers.txt", header, "REJECTED"],
    ["reply.txt", Buffer.from("550 5.7.26 This mail has been blocked because the sender is unauthenticated."), "What this reply means"],
    ["hostile.eml", read("cases", "page-hostile", "message.eml"), "Letters to copy"],
    ["markup.txt", Buffer.from("550 5.7.1 <script>alert(3)</script><img src=x onerror=alert(4)> \u202e{body} ]]> message refused by policy"), "A server"],
    ["screenshot.png", Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(200)]), "picture"],
    ["letter.pdf", Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"), ".eml"],
    ["empty.eml", Buffer.alloc(0), "Nothing was given"],
];

function start(...options) {
    const server = spawn(binary, ["--listen", "127.0.0.1:0", "--now", "2026-11-22T12:00:00Z", ...options], { stdio: ["ignore", "ignore", "pipe"] });
    const lines = createInterface({ input: server.stderr });
    return new Promise((done, fail) => {
        lines.once("line", (line) => (/http:\S+/.test(line) ? done({ server, url: line.match(/http:\S+/)[0] }) : fail(new Error(line))));
    });
}

let seen = ""; // what the tab is used for
const sites = []; // where it was: what one page asked for late is not asked of others
const say = (text) => wrong.push(`${seen}: ${text}`);

async function open(browser) {
    const page = await browser.newPage();
    page.on("console", (m) => /status of 4\d\d/.test(m.text()) || say(`console: ${m.text()}`));
    page.on("pageerror", (e) => say(`error: ${e}`));
    page.on("dialog", (d) => (say(`dialog: ${d.message()}`), d.dismiss()));
    page.on("request", (r) => sites.some((site) => r.url().startsWith(site)) || /^data:/.test(r.url()) || say(`asks for ${r.url()}`));
    return page;
}

async function visit(page, url, name) {
    seen = name;
    sites.push(url);
    await page.goto(url);
}

async function drop(page, path) {
    const client = await page.createCDPSession();
    const { x, y, width, height } = await (await page.$("#drop")).boundingBox();
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"])
        await client.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
    await client.detach();
}

const shown = (page, selector) => page.$eval(selector, (e) => e.innerText);

const known = new Set();
let looks = 0;

/* Only what brings a kind of thing that no other brought before: again the rules only where they can break. */
async function look(page, name, whole) {
    const brings = [...kindsOf(await page.content())].filter((kind) => !known.has(kind));
    brings.forEach((kind) => known.add(kind));
    await unfold(page, true);
    if (!brings.length)
        return;
    looks++;
    await lookAt(page, brings.some(isMarkup) && require, say, pictures && ((view) => page.screenshot({ path: join(out, `${name}-${view}.png`), fullPage: whole })));
}

/* One after the other onto the same page, each as if it were the first. */
async function dropKinds(page) {
    for (const [file, contents, words] of KINDS) {
        const path = join(out, file);
        seen = file;
        writeFileSync(path, contents);
        await page.evaluate(() => ((document.getElementById("answer").hidden = true), scrollTo(0, 0)));
        await drop(page, path);
        await page.waitForSelector("#answer:not([hidden])", { timeout: 30000 });
        const text = await shown(page, "#answer");
        if (!text.includes(words))
            say(`says nothing of ${words}: ${text.slice(0, 200)}`);
        const links = await page.$$eval("#answer a[href], #answer [src], #answer form, #answer script, #answer iframe",
            (all) => all.filter((e) => !/^(#|data:(text\/html|application\/json);base64,|\/$)/.test(e.getAttribute("href") ?? "")).map((e) => e.outerHTML.slice(0, 80)));
        links.forEach((l) => say(`is live: ${l}`));
        await look(page, file.replace(/\W/g, "-"), ["message.eml", "reply.txt", "screenshot.png", "two.zip"].includes(file));
    }
}

async function saveAndCopy(browser, page, url) {
    await visit(page, url, "save");
    const client = await page.createCDPSession(), folder = join(out, "saved");
    await client.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
    await browser.defaultBrowserContext().overridePermissions(url, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    await drop(page, join(out, "message.eml"));
    await page.waitForSelector("#answer .bar a[download]");
    for (const link of await page.$$("#answer .bar a[download]"))
        await link.evaluate((a) => a.click());
    for (let i = 0; i < 100 && !["mailwhy.html", "mailwhy.json"].every((f) => readdirSync(out).includes("saved") && readdirSync(folder).includes(f)); i++)
        await new Promise((done) => setTimeout(done, 100));
    if (JSON.parse(readFileSync(join(folder, "mailwhy.json"), "utf8")).verdict.action !== "reject" || !readFileSync(join(folder, "mailwhy.html"), "utf8").startsWith("<!DOCTYPE"))
        say("the saved files are no reports");
    await unfold(page, true);
    await page.click("#answer button.copy");
    await page.waitForFunction(() => document.querySelector("#answer button.copy").textContent === "Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    if (!/^Hello/.test(copied.trim()) && copied.length < 40)
        say(`the clipboard holds: ${copied.slice(0, 80)}`);
}

async function withoutScript(page, url) {
    await page.setJavaScriptEnabled(false);
    await visit(page, url, "without script");
    await (await page.$("#mail")).uploadFile(join(out, "message.eml"));
    await Promise.all([page.waitForNavigation(), page.click("#go")]);
    if (!(await shown(page, "#result")).includes("REJECTED"))
        say("no report");
    if (pictures)
        await page.screenshot({ path: join(out, "without-script.png") });
    await page.goBack();
    await page.type("#text", "550 5.7.26 unauthenticated");
    await (await page.$("#mail")).evaluate((e) => (e.value = ""));
    await Promise.all([page.waitForNavigation(), page.click("#go")]);
    if (!(await shown(page, "#result")).includes("What this reply means"))
        say("a reply is not explained");
    await page.setJavaScriptEnabled(true);
}

async function withKeyboard(page, url) {
    const stops = [];
    await visit(page, url, "keyboard");
    for (let i = 0; i < 12 && !stops.includes("go"); i++) {
        await page.keyboard.press("Tab");
        stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
        if (stops.at(-1) === "text")
            await page.keyboard.type("421 4.7.0 try again later");
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("#answer:not([hidden])", { timeout: 15000 }).catch(() => say(`no answer after ${stops}`));
    if (await page.evaluate(() => document.activeElement.id) !== "answer")
        say("the answer has no focus");
}

async function progress(page) {
    const { server, url } = await start("--resolver", "127.0.0.1@9", "--timeout", "4");
    await visit(page, url, "progress");
    await drop(page, join(out, "message.eml"));
    await page.waitForFunction(() => /^Asking the DNS: \d+ of \d+/.test(document.getElementById("saying").textContent), { timeout: 15000 })
        .catch(() => say("nothing is said of the DNS"));
    if (pictures)
        await page.screenshot({ path: join(out, "progress.png") });
    await page.click("#stop");
    if (!(await page.$eval("#progress", (e) => e.hidden)))
        say("it does not stop");
    server.kill();
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { server, url } = await start("--zone", join(testdata, "demo", "dns.zone"));
const browser = await launch(require);
try {
    const page = await open(browser);
    await visit(page, url, "form");
    await look(page, "form", true);
    await dropKinds(page);
    await saveAndCopy(browser, page, url);
    await withoutScript(page, url);
    await withKeyboard(page, url);
    await progress(page);
} finally {
    await browser.close();
    server.kill();
}
console.log(wrong.join("\n") || `serve_page: ${KINDS.length} kinds of files are fine, ${looks} pages looked at`);
process.exit(wrong.length ? 1 : 0);
