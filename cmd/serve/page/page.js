// What the page does beyond a plain form: a file can be dropped, progress is shown, the report comes below the form, and letters
// can be copied. Without it the form works as it stands.
"use strict";

const $ = (id) => document.getElementById(id);
document.documentElement.classList.add("has-script");

function addCopyButtons(root) {
    for (const text of root.querySelectorAll("[id$=letters] pre")) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "copy";
        button.textContent = "Copy";
        button.addEventListener("click", () => copy(text, button));
        text.before(button);
    }
}

async function copy(text, button) {
    try {
        await navigator.clipboard.writeText(text.textContent);
    } catch { // no clipboard without https on another machine: the older way
        getSelection().selectAllChildren(text);
        document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
}

function say(text, done, all) {
    $("saying").textContent = text;
    if (all)
        Object.assign($("bar"), { max: all, value: done });
    else
        $("bar").removeAttribute("value");
}

function showAnswer(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.getElementById("result");
    const answer = $("answer");
    answer.replaceChildren(...(found ? found.childNodes : []));
    answer.querySelector("h1")?.replaceWith(Object.assign(document.createElement("h2"), { textContent: page.title }));
    addCopyButtons(answer);
    answer.hidden = false;
    answer.focus({ preventScroll: true });
    answer.scrollIntoView();
}

function showTrouble(text) {
    const note = document.createElement("p");
    note.className = "alert";
    note.setAttribute("role", "alert");
    note.textContent = text;
    $("answer").replaceChildren(note);
    $("answer").hidden = false;
}

async function watch(id, request) {
    while (request.readyState !== XMLHttpRequest.DONE) {
        await new Promise((done) => setTimeout(done, 400));
        const answer = await fetch(`/progress?id=${id}`).catch(() => null);
        const p = answer?.ok ? await answer.json() : null;
        if (p?.asked && request.readyState !== XMLHttpRequest.DONE)
            say(`Asking the DNS: ${p.asked - p.open} of ${p.asked} questions answered`, p.asked - p.open, p.asked);
    }
}

function send(form) {
    const body = new FormData(form), request = new XMLHttpRequest();
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
    body.append("id", id);
    const finish = () => {
        $("progress").hidden = $("stop").hidden = true;
        $("go").disabled = false;
    };
    request.upload.addEventListener("progress", (e) => e.lengthComputable && say("Sending the mail to this page\u2019s computer", e.loaded, e.total));
    request.upload.addEventListener("load", () => say("Reading the mail, and asking the DNS"));
    request.addEventListener("load", () => (finish(), showAnswer(request.responseText)));
    request.addEventListener("error", () => (finish(), showTrouble("No answer came. Is the program that serves this page still running? Try again.")));
    request.addEventListener("abort", finish);
    $("stop").onclick = () => request.abort();
    $("progress").hidden = $("stop").hidden = false;
    $("go").disabled = true;
    say("Sending");
    request.open("POST", form.action);
    request.send(body);
    watch(id, request);
}

function start(form) {
    const file = $("mail"), text = $("text"), drop = $("drop");
    form.addEventListener("submit", (e) => {
        e.preventDefault();
        const most = Number(form.dataset.most);
        if (file.files.length > 1)
            showTrouble("One file at a time: put several mails into a .zip, and drop that.");
        else if (file.files[0]?.size > most * 1048576)
            showTrouble(`This file is larger than the ${most} MB that this page takes. Save the one mail that matters as a file.`);
        else if (file.files.length || text.value.trim())
            send(form);
        else
            showTrouble("Nothing was given yet: choose a file, or paste a text.");
    });
    for (const kind of ["dragover", "dragleave", "drop"])
        addEventListener(kind, (e) => {
            if (kind !== "dragleave")
                e.preventDefault(); // a file that misses the field must not replace the page
            drop.classList.toggle("over", kind === "dragover");
        });
    addEventListener("drop", (e) => {
        if (e.dataTransfer.files.length) {
            file.files = e.dataTransfer.files;
            form.requestSubmit();
        } else if (e.dataTransfer.getData("text/plain")) {
            text.value = e.dataTransfer.getData("text/plain");
        }
    });
}

if ($("ask"))
    start($("ask"));
else
    addCopyButtons(document);
