// diagnose.mjs FILE [OPTION=VALUE|FLAG]...: libmailwhy from Node.js, by koffi (npm install koffi). Prints cause, points and
// first fix out of the JSON report; the exit status is mailwhy(1)'s. The diagnosis runs in a thread of its own, so that a
// server goes on while it waits for the DNS.
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import koffi from 'koffi';

const library = koffi.load(process.env.LIBMAILWHY ?? 'libmailwhy.so.0');
const glib = koffi.load('libglib-2.0.so.0');
koffi.struct('GError', { domain: 'uint32_t', code: 'int', message: 'char *' });
const freed = koffi.disposable('text', 'char *', glib.func('void g_free(void *)'));
const contextNew = library.func('void *mw_context_new(void)');
const contextFree = library.func('void mw_context_free(void *)');
const contextSet = library.func('int mw_context_set(void *, const char *, const char *, _Out_ GError **)');
const contextDiagnose = library.func('void *mw_context_diagnose(void *, const char *, const uint8_t *, size_t, int64_t, _Out_ GError **)');
const reportFormat = library.func('mw_report_format', freed, ['void *', 'const char *', 'void *', koffi.out('GError **')]);
const reportStatus = library.func('int mw_report_status(void *)');
const reportFree = library.func('void mw_report_free(void *)');
const errorFree = glib.func('void g_error_free(GError *)');

function checked(error) {
    if (!error[0])
        return;
    const { message } = koffi.decode(error[0], 'GError');
    errorFree(error[0]);
    throw new Error(message);
}

// The JSON report of a mail, as an object, and the exit status.
export async function diagnose(name, mail, options = {}) {
    const context = contextNew();
    let report = null;
    try {
        const error = [null];
        for (const [option, value] of Object.entries(options)) {
            contextSet(context, option, value, error);
            checked(error);
        }
        report = await promisify(contextDiagnose.async)(context, name, mail, mail.length, Math.floor(Date.now() / 1000), error);
        checked(error);
        const text = reportFormat(report, 'json', null, error);
        checked(error);
        return { report: JSON.parse(text), status: reportStatus(report) };
    } finally {
        if (report)
            reportFree(report);
        contextFree(context);
    }
}

const [file, ...given] = process.argv.slice(2);
const options = Object.fromEntries(given.map(o => o.includes('=') ? [o.slice(0, o.indexOf('=')), o.slice(o.indexOf('=') + 1)] : [o, null]));
try {
    const { report, status } = await diagnose(file, readFileSync(file), options);
    const { action, cause, score, limit } = report.verdict;
    console.log(`${action}: ${cause} (${score.toFixed(2)} of ${limit})`);
    if (report.fixes.length)
        console.log(report.fixes[0].record ?? report.fixes[0].text);
    process.exitCode = status;
} catch (error) {
    console.error(`diagnose.mjs: ${error.message}`);
    process.exitCode = 2;
}
