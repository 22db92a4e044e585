// What kinds of thing an HTML page holds, read from its text: each element with its class and attributes in what encloses it,
// each wording of headings and names of rows, each order of headings, each table by its columns, and how long words are. And a
// small choice of pages that hold every kind, so that a page which brings something new is among them by itself.
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*(\/?)>([^<]*)/g;
const VOID = /^(br|col|hr|img|input|link|meta|wbr)$/;
const WORDED = /^(h[1-6]|dt|summary|th|label|button|legend|caption)$/;
const LONG = 48;

/* The first words of a heading, without what comes from the mail: numbers, names, and what stands behind a colon or comma. */
const wording = (text) => text.split(/[:,]/)[0].split(/\s+/).filter((word) => word && !/[\d._@]/.test(word)).slice(0, 2).join(" ");

/* A tag's name with its classes, and the names of its other attributes. */
const tags = new Map();
function nameOf(tag, attributes) {
    const both = tag + attributes;
    if (!tags.has(both)) {
        const names = [...attributes.matchAll(/\s([^\s=]+)(?:="([^"]*)")?/g)], classes = names.find(([, n]) => n === "class")?.[2] ?? "";
        tags.set(both, [[tag, ...classes.split(/\s+/).filter(Boolean).sort()].join("."), names.map(([, n]) => n).filter((n) => n !== "class").sort().join(" ")]);
    }
    return tags.get(both);
}

export function kindsOf(html) {
    const kinds = new Set(), open = [];
    let heading = "";
    for (const [, end, tag, attributes, alone, text] of html.slice(Math.max(0, html.indexOf("<body"))).matchAll(TAG)) {
        if (end) {
            while (open.length && open.pop().tag !== tag);
            continue;
        }
        const [name, others] = nameOf(tag, attributes), around = open.at(-1)?.path ?? " ";
        const path = around.includes(` ${name} `) ? around : `${around}${name} `; // a list in a list is no new kind
        kinds.add(`${path}/ ${name} ${others}`);
        if (WORDED.test(tag))
            kinds.add(`${tag}: ${wording(text)}`);
        if (/^h[1-6]$/.test(tag)) {
            kinds.add(`${heading} before ${tag}`);
            heading = tag;
        }
        const longest = text.length < LONG ? 0 : Math.max(...text.split(/\s+/).map((word) => word.length));
        if (longest >= LONG)
            kinds.add(`${name}: words of ${2 ** Math.floor(Math.log2(longest))} letters`);
        if (!alone && !VOID.test(tag))
            open.push({ tag, path });
    }
    return kinds;
}

/* Whether axe-core's rules can break by a kind: words alone break but the width. */
export const isMarkup = (kind) => !kind.includes(": ");

/* Of pages, a map of names to texts: those in first, and then always the one that adds most; each with what it adds. */
export function choose(pages, first) {
    const kinds = new Map([...pages].map(([name, html]) => [name, kindsOf(html)])), chosen = new Map();
    const left = new Set([...kinds.values()].flatMap((k) => [...k])), all = left.size;
    const adds = (name) => [...kinds.get(name)].filter((k) => left.has(k));
    const take = (name) => (chosen.set(name, adds(name)), kinds.get(name).forEach((k) => left.delete(k)));
    first.forEach(take);
    while (left.size)
        take([...kinds.keys()].reduce((best, name) => (adds(name).length > adds(best).length ? name : best)));
    return { chosen, all };
}

/* Tags that lead elsewhere, load something or run something. */
export const liveIn = (html) => [...html.matchAll(TAG)].map(([all, , , , , text]) => all.slice(0, all.length - text.length))
    .filter((tag) => /^<(script|iframe|object|embed|form|base|link)\b|\s(src|action|on\w+)=|\shref="(?!#)/.test(tag.replace(/(?<!href)="[^"]*"/g, "=")));
